//! `portal maintenance`: switches the maintenance mode of the portal on this database, in every process within two
//! seconds, and says whether it is on.

use clap::Subcommand;

use super::{existing, values};
use crate::audit::{Audit, Trace};
use crate::config::Settings;
use crate::db::{Db, Size};
use crate::error::{Error, ProblemCode};
use crate::incidents::Troubles;
use crate::maintenance_mode::{BeginMaintenance, MaintenanceMode, MaintenanceState, shown};
use crate::random::Random;
use crate::terminal::say;
use crate::time::{Clock, Timestamp};

#[derive(Subcommand)]
pub(super) enum MaintenanceCommand {
    /// Refuses everything that would change something, with this text and end; no mail leaves, and reading goes on
    ///
    /// Holds in every process within two seconds, until `portal maintenance off`. Again, it changes text and end.
    On {
        /// Until about when, as people are told: 2026-12-01T18:00Z
        #[arg(long, value_name = "INSTANT", value_parser = values::instant)]
        until: Timestamp,
        /// What people are told
        #[arg(long)]
        text: String,
    },
    /// Ends the maintenance
    Off,
    /// Prints whether the portal is under maintenance
    Status,
}

/// Carries out a command.
pub(super) async fn maintenance(settings: &Settings, command: MaintenanceCommand) -> Result<(), Error> {
    let target = existing::database(settings)?;
    let db = Db::start(&target, Size { connections: 1, ..settings.database_size(&target) })?;
    let clock = Clock::system();
    db.keep_time(&clock).await?;
    let mode = MaintenanceMode::new(db, clock.clone(), Audit::new(clock, Random::system()), Troubles::default());
    let state = match command {
        MaintenanceCommand::On { until, text } => {
            let given = BeginMaintenance { until, text };
            mode.begin(None, Trace::default(), given, None).await.map_err(explained)?
        }
        MaintenanceCommand::Off => mode.end(None, Trace::default(), None).await?,
        MaintenanceCommand::Status => mode.state().await?,
    };
    say(&line(&state));
    Ok(())
}

fn line(state: &MaintenanceState) -> String {
    match shown(state) {
        Some((until, text)) => format!("under maintenance until {until}: {text}"),
        None => "no maintenance".to_owned(),
    }
}

/// The refusal as text for a terminal.
fn explained(error: Error) -> Error {
    if error.code() != ProblemCode::Invalid {
        return error;
    }
    Error::internal("--until is an instant in the future, --text a text of up to 500 characters without a link")
}
