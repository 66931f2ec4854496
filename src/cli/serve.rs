//! `portal serve`: HTTP, the senders of mail and of webhooks, the sources of reports about mails, and maintenance,
//! until a signal.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::supervision;
use crate::app::{self, Running};
use crate::config::{Settings, Supervisor};
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::terminal::say;
use crate::time::Clock;

/// Serves until SIGTERM or SIGINT; then finishes requests and releases claimed mails that were not sent.
pub(super) async fn serve(settings: &Settings) -> Result<(), Error> {
    let started = std::time::Instant::now();
    // From here on signals are caught, so that none is lost while the portal starts.
    let mut terminate = signal(SignalKind::terminate()).or_internal()?;
    let mut interrupt = signal(SignalKind::interrupt()).or_internal()?;
    let mut running = app::start(settings, Clock::system(), Random::system()).await?;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(address = %running.listens_on, millis, "ready");
    let supervisor = Supervisor::of_process();
    supervision::tell(&supervisor, "READY=1");
    offer_set_up(&running, settings).await?;

    let stop = CancellationToken::new();
    let living = actix_web::rt::spawn(supervision::live(supervisor.clone(), stop.clone()));
    let (sender, token) = (running.sender.clone(), stop.clone());
    let sending = actix_web::rt::spawn(async move { sender.serve(token).await });
    let (dispatcher, token) = (running.dispatcher.clone(), stop.clone());
    let telling = actix_web::rt::spawn(async move { dispatcher.serve(token).await });
    let (intakes, token) = (running.intakes.take(), stop.clone());
    let hearing = actix_web::rt::spawn(async move {
        if let Some(intakes) = intakes {
            intakes.serve(token).await;
        }
    });
    let (portal, token) = (running.portal.clone(), stop.clone());
    let dispatching = actix_web::rt::spawn(async move { portal.dispatch(&token).await });
    let (portal, token) = (running.portal.clone(), stop.clone());
    let housekeeping = actix_web::rt::spawn(async move { portal.run_maintenance(&token).await });

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests and mails under way may finish");
    supervision::tell(&supervisor, "STOPPING=1");
    stop.cancel();
    running.stop().await;
    for task in [sending, dispatching, telling, hearing, housekeeping, living] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task did not end well");
        }
    }
    tracing::info!("stopped");
    Ok(())
}

/// Prints the set-up link if the portal has no administrator yet.
async fn offer_set_up(running: &Running, settings: &Settings) -> Result<(), Error> {
    if running.portal.identity.has_administrator().await? {
        return Ok(());
    }
    let link = running.portal.identity.set_up_link(None).await?;
    let hours = settings.identity.set_up_link_hours;
    say(&format!(
        "This portal has no administrator yet. Open this link once, within {hours} hours, to become the first:"
    ));
    say(&format!("  {}{link}", settings.server.public_url));
    Ok(())
}
