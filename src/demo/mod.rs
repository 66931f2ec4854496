//! `portal demo`: the whole main job on a temporary database, with a mail server of its own on loopback.
//!
//! It is the quickest way to see what the portal does, and a check that it does it: `--once` ends with a non-zero exit
//! code if a step failed. Its client (`client`) and its mail server (`receiver`) serve the tests too.

mod caught;
pub mod client;
pub mod receiver;
mod story;

use std::process::ExitCode;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use caught::CaughtMail;

use crate::app;
use crate::cli::{on_serving_runtime, say, start_log};
use crate::config::{self, Sources};
use crate::db;
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::time::Clock;
use client::Client;
use receiver::Receiver;
use story::{Cast, Story};

/// Contacts in the demo's directory beside the one whose story it is.
const CONTACTS: usize = 400;

/// Plays the story; stays up afterwards unless `once`.
///
/// # Errors
/// A sentence where the demo could not even begin.
pub fn run(once: bool) -> Result<ExitCode, String> {
    on_serving_runtime(play(once)).map_err(|error| error.to_string())
}

async fn play(once: bool) -> Result<ExitCode, Error> {
    let folder = tempfile::tempdir().or_internal()?;
    let receiver = Arc::new(Receiver::start().await.or_internal()?);
    let address = free_address()?;
    let path = folder.path().join("portal.sqlite3").display().to_string();
    let overrides = vec![
        format!("server.bind={address}"),
        format!("server.public_url=http://{address}"),
        // Its one administrator writes to more people than one may alone.
        "announcements.approval=false".to_owned(),
        format!("database.url=sqlite:{path}"),
        format!("identity.master_key_file={}", folder.path().join("master.key").display()),
        format!("storage.folder={}", folder.path().join("files").display()),
        "mail.transport=smtp".to_owned(),
        // Requests are not of interest here; what goes wrong is.
        "log.filter=warn".to_owned(),
        format!("mail.smtp_url=smtp://{}", receiver.address),
        "mail.from=Smart Customs Community <portal@portal.example>".to_owned(),
    ];
    let settings = config::load(&Sources { overrides, ..Sources::default() })
        .map_err(|faults| Error::internal(faults.to_string()))?;
    let _writer = start_log(&settings);

    let started = std::time::Instant::now();
    let random = Random::system();
    let running = app::start(&settings, Clock::system(), random.clone()).await?;
    say(&format!(
        "The portal is ready on a new SQLite file ({:.0} ms). The story:",
        started.elapsed().as_secs_f64() * 1_000.0
    ));
    let mut connection = db::open(running.portal.db.target(), db::Access::Write)?;
    crate::cli::seed(&mut connection, CONTACTS, running.portal.clock.now(), &mut |_| {})?;
    drop(connection);

    let stop = CancellationToken::new();
    let (sender, token) = (running.sender.clone(), stop.clone());
    let sending = actix_web::rt::spawn(async move { sender.serve(token).await });
    let (portal, token) = (running.portal.clone(), stop.clone());
    let dispatching = actix_web::rt::spawn(async move { portal.dispatch(&token).await });
    let link = running.portal.identity.set_up_link(None).await?;
    let cast = Cast {
        admin_email: "secretariat@portal.example".to_owned(),
        admin_password: random.secret(),
        ncp_email: "awa.diop@douanes.example".to_owned(),
        ncp_password: random.secret(),
    };
    let token = link.split_once("token=").map(|(_, token)| token.to_owned()).unwrap_or_default();
    let (base, mail_server, actors) = (format!("http://{address}"), Arc::clone(&receiver), cast.clone());
    let told = tokio::task::spawn_blocking(move || Story::new(Client::new(&base), &mail_server, actors, token).play());
    let outcome = told.await.or_internal()?;
    match &outcome {
        Ok(_) => say("Every step went well."),
        Err(why) => say(&format!("This step failed: {why}")),
    }
    if !once {
        stay(&address, &receiver, &cast, outcome.as_deref().unwrap_or("-")).await?;
    }
    stop.cancel();
    running.stop().await;
    // It ends with the token; a failure would be the story's, which is told already.
    let _ = tokio::join!(sending, dispatching);
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn stay(address: &str, receiver: &Arc<Receiver>, cast: &Cast, app: &str) -> Result<(), Error> {
    let mails = caught::serve(Arc::clone(receiver))?;
    say(&format!(
        "\nThe portal stays up until Ctrl-C:\n  Swagger UI      http://{address}/docs/\n  caught mails    {mails}\n\
         \x20 administrator   {}  {}\n  \x20               {app}\n  contact point   {}  {}",
        cast.admin_email, cast.admin_password, cast.ncp_email, cast.ncp_password
    ));
    tokio::signal::ctrl_c().await.or_internal()
}

/// A free port of loopback. Links in mails need it before the portal binds.
fn free_address() -> Result<String, Error> {
    let probe = std::net::TcpListener::bind(("127.0.0.1", 0)).or_internal()?;
    Ok(probe.local_addr().or_internal()?.to_string())
}
