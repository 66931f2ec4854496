//! `portal demo`: the main job of the portal from beginning to end, on a temporary database, with a mail server of its
//! own on loopback. Then it stays up, and its page `/demo` lets one look at the portal as each role (`actors`), and
//! follow the links of the mails that it caught (`tour`).
//!
//! It shows what the portal does, and checks it: with `--once`, the exit code is not zero if a step failed. The tests
//! use its client (`client`) and its mail server (`receiver`) too.

mod actors;
mod caught;
pub mod client;
pub mod receiver;
mod step;
mod story;
mod surveys;
mod tour;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::web::ServiceConfig;
use tokio_util::sync::CancellationToken;

pub use caught::CaughtMail;
pub use tour::pages;

use crate::app;
use crate::config::{self, Sources};
use crate::db;
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::seed::seed;
use crate::terminal::{on_serving_runtime, say, start_log};
use crate::time::Clock;
use client::Client;
use receiver::Receiver;
use story::{Cast, Story};
use tour::Stage;

/// Contacts in the demo's directory, in addition to the one of the story.
const CONTACTS: usize = 400;

/// Plays the story; stays up afterwards unless `once`.
///
/// # Errors
/// A sentence if the demo could not begin.
pub fn run(once: bool) -> Result<ExitCode, String> {
    on_serving_runtime(play(once)).map_err(|error| error.to_string())
}

async fn play(once: bool) -> Result<ExitCode, Error> {
    let folder = tempfile::tempdir().or_internal()?;
    let receiver = Arc::new(Receiver::start().await.or_internal()?);
    let address = free_address()?;
    let settings =
        config::load(&Sources { overrides: overrides(folder.path(), &address, &receiver), ..Sources::default() })
            .map_err(|faults| Error::internal(faults.to_string()))?;
    let _writer = start_log(&settings);

    let started = std::time::Instant::now();
    let random = Random::system();
    let stage = Arc::new(Stage::new(Arc::clone(&receiver)));
    let shown = Arc::clone(&stage);
    let additions: app::Additions = Arc::new(move |config: &mut ServiceConfig| tour::routes(config, &shown));
    let running = app::start_with(&settings, Clock::system(), random.clone(), Some(additions)).await?;
    say(&format!(
        "The portal is ready on a new SQLite file ({:.0} ms). The story:",
        started.elapsed().as_secs_f64() * 1_000.0
    ));
    let mut connection = db::open(running.portal.db.target(), db::Access::Write)?;
    seed(&mut connection, CONTACTS, running.portal.clock.now(), &mut |_| {})?;
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
    let (base, mail_server, people) = (format!("http://{address}"), Arc::clone(&receiver), cast.clone());
    let told = tokio::task::spawn_blocking(move || Story::new(Client::new(&base), &mail_server, people, token).play());
    let outcome = told.await.or_internal()?;
    match &outcome {
        Ok(_) => say("Every step went well."),
        Err(why) => say(&format!("This step failed: {why}")),
    }
    if !once {
        let (told, now) = (cast.clone(), running.portal.clock.now());
        let engaged = running.portal.db.write(move |conn| actors::engage(conn, &told, &random, now)).await?;
        stage.enter(engaged);
        stay(&address, &receiver, &cast, outcome.as_deref().unwrap_or("-")).await?;
    }
    stop.cancel();
    running.stop().await;
    // It ends with the token; a failure would be the story's, which was printed already.
    let _ = tokio::join!(sending, dispatching);
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The settings of the demonstration: everything in a temporary folder, mail to its own server.
fn overrides(folder: &Path, address: &str, receiver: &Receiver) -> Vec<String> {
    vec![
        format!("server.bind={address}"),
        format!("server.public_url=http://{address}"),
        // Its one administrator writes to more people than one may without approval.
        "announcements.approval=false".to_owned(),
        // Its people have no passwords by which they could prove who they are again.
        "identity.step_up_minutes=10000".to_owned(),
        "identity.admin_session_idle_minutes=1000".to_owned(),
        format!("database.url=sqlite:{}", folder.join("portal.sqlite3").display()),
        format!("identity.master_key_file={}", folder.join("master.key").display()),
        format!("storage.folder={}", folder.join("files").display()),
        format!("mail.journal={}", folder.join("journal").display()),
        "mail.transport=smtp".to_owned(),
        // Requests are not of interest here, only failures.
        "log.filter=warn".to_owned(),
        format!("mail.smtp_url=smtp://{}", receiver.address),
        "mail.from=Smart Customs Community <portal@portal.example>".to_owned(),
    ]
}

async fn stay(address: &str, receiver: &Arc<Receiver>, cast: &Cast, app: &str) -> Result<(), Error> {
    let mails = caught::serve(Arc::clone(receiver))?;
    say(&format!(
        "\nThe portal stays up until Ctrl-C. Open http://{address}/demo to log in as each role.\n\
         \x20 pages           http://{address}/\n  Swagger UI      http://{address}/docs/\n\
         \x20 caught mails    {mails}\n\
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
