//! `portal serve`: HTTP, the senders of mail and of webhooks, the sources of reports about mails, and maintenance,
//! until a signal.

use std::pin::Pin;

use tokio_util::sync::CancellationToken;

use super::reload::Reload;
use super::signals::Signals;
use super::supervision;
use crate::app::{self, Running, Schema, Start};
use crate::config::{Settings, Supervisor};
use crate::error::Error;
use crate::random::Random;
use crate::terminal::{is_attended, say};
use crate::time::Clock;

/// Serves until SIGTERM or SIGINT; then lets balancers notice, finishes requests, and releases claimed mails that were
/// not sent.
pub(super) async fn serve(settings: &Settings, schema: Schema, mut reload: Reload) -> Result<(), Error> {
    let started = std::time::Instant::now();
    let (signals, mut hangup) = Signals::catch()?;
    let start = Start { schema, ..Start::default() };
    let starting = Box::pin(app::start_as(settings, Clock::system(), Random::system(), start));
    let Some(mut running) = unless_ended(starting, &signals).await? else {
        tracing::info!("stopped while it started");
        return Ok(());
    };
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (version, database) = (env!("CARGO_PKG_VERSION"), running.portal.db.target().kind());
    tracing::info!(address = %running.listens_on, version, database, millis, "ready");
    // Whoever starts a portal under maintenance is told so in the log; else the first request that changes something is.
    if let Err(error) = running.portal.maintenance_mode.state().await {
        tracing::warn!(%error, "could not see whether the portal is under maintenance");
    }
    if let Some(log) = reload.log() {
        running.portal.metrics.add(log);
    }
    let supervisor = Supervisor::of_process();
    supervision::tell(&supervisor, "READY=1");
    if let Err(error) = offer_set_up(&running, settings).await {
        tracing::warn!(%error, "could not see whether there is an administrator: the next start offers a set-up link if not");
    }

    let stop = CancellationToken::new();
    // Until the last request has ended, which may be long after the signal.
    let alive = CancellationToken::new();
    let living = actix_web::rt::spawn(supervision::live(supervisor.clone(), alive.clone()));
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

    loop {
        tokio::select! {
            () = signals.end() => break,
            () = hangup.heard() => reload.run(&running),
        }
    }
    supervision::tell(&supervisor, "STOPPING=1");
    // What is left of the background work is another process's, or the next one's.
    stop.cancel();
    drain(&running, settings, &signals).await;
    tracing::info!("stopping: requests and mails under way may finish");
    running.stop().await;
    alive.cancel();
    for task in [sending, dispatching, telling, hearing, housekeeping, living] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task did not end well");
        }
    }
    tracing::info!("stopped");
    Ok(())
}

/// The portal that has started; none if it is to end before.
async fn unless_ended(
    mut starting: Pin<Box<impl Future<Output = Result<Running, Error>>>>,
    signals: &Signals,
) -> Result<Option<Running>, Error> {
    tokio::select! {
        biased;
        () = signals.end() => {
            // To drop what has been made so far would wait for threads that wait for the database.
            std::mem::forget(starting);
            Ok(None)
        }
        running = &mut starting => {
            signals.started();
            running.map(Some)
        }
    }
}

/// Says that the portal is about to end, and accepts requests until balancers have noticed.
async fn drain(running: &Running, settings: &Settings, signals: &Signals) {
    let time = settings.drain_time(is_attended());
    running.portal.draining.begin();
    if !time.is_zero() {
        tracing::info!(seconds = time.as_secs(), "draining: about to stop, requests are accepted until then");
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = signals.end_at_once() => {}
        }
    }
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
