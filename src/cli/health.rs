//! `portal health`: asks the portal that runs with this configuration whether it lives, or is ready. For health
//! checks of containers and services, without a client of HTTP.
//!
//! It asks at `server.management_bind` if that is set, otherwise at `server.bind`, and gives up after three seconds.

use std::process::ExitCode;
use std::time::Duration;

use super::reach;
use crate::config::Settings;
use crate::error::Error;
use crate::terminal::say;

/// How long the portal may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Prints how the portal is; the exit code is 0 if it lives, or with `ready` if it is ready.
pub(super) fn health(settings: &Settings, ready: bool) -> Result<ExitCode, Error> {
    let path = if ready { "/health/ready" } else { "/health/live" };
    let (status, body) = reach::get(settings, path, None, PATIENCE)?;
    // The reason of a refusal is in the body, for whoever reads the log of the container.
    say(body.trim());
    if status == 404 && settings.server.management_bind.is_empty() {
        say("the portal answers this at its own server.management_bind: set that here too (--config, or its variable)");
    }
    Ok(if status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
