//! `portal demo`: the main job of the portal from beginning to end, on a temporary database, with a mail server of its
//! own on loopback. Then it stays up, and its page `/demo` lets one look at the portal as each role (`actors`), and
//! follow the links of the mails that it caught (`tour`).
//!
//! `portal demo --survey` plays the survey of 2024 in place of that (`survey`, `replay`).
//!
//! It shows what the portal does, and checks it: with `--once`, the exit code is not zero if a step failed, or if a
//! public figure of 2024 does not come out. The tests use its client (`client`), its mail server (`receiver`) and the
//! replay too.

mod actors;
mod caught;
pub mod client;
pub mod receiver;
pub mod replay;
mod step;
mod story;
mod survey;
mod surveys;
mod tour;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::web::ServiceConfig;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use caught::CaughtMail;
pub use tour::pages;

use crate::app::{self, Running};
use crate::config::{self, Sources};
use crate::db;
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::seed::seed;
use crate::terminal::{on_serving_runtime, say, start_log};
use crate::time::Clock;
use actors::{APPROVER, APPROVER_NAME};
use client::Client;
use receiver::Receiver;
use step::Step;
use story::{Cast, Story};
use tour::Stage;

/// Contacts in the demo's directory, in addition to the one of the story.
const CONTACTS: usize = 400;
/// Whom its pages and mails name for questions.
const CONTACT: &str = "secretariat@portal.example";

/// What is played, and whether it stays up afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Ends after the last step.
    pub once: bool,
    /// Plays the survey of 2024 in place of the story.
    pub survey: bool,
}

/// Plays the story, or the survey of 2024; stays up afterwards unless `once`.
///
/// # Errors
/// A sentence if the demo could not begin.
pub fn run(options: Options) -> Result<ExitCode, String> {
    on_serving_runtime(Box::pin(play(options))).map_err(|error| error.to_string())
}

/// What was played: the people by their parts and addresses, and what to look at.
struct Played {
    outcome: Step<()>,
    people: Vec<(&'static str, String)>,
    sights: String,
}

async fn play(options: Options) -> Result<ExitCode, Error> {
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
    let clock = if options.survey { Clock::manual(replay::BEGINS) } else { Clock::system() };
    let running = app::start_with(&settings, clock, random.clone(), Some(additions)).await?;
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    say(&format!("The portal is ready on a new SQLite file ({took:.0} ms)."));
    let stop = CancellationToken::new();
    let (played, serving) = if options.survey {
        // It delivers its mails by itself.
        let played = play_survey(&running, &address, &random).await?;
        (played, serve(&running, &stop))
    } else {
        let serving = serve(&running, &stop);
        (play_story(&running, &address, &receiver, &random).await?, serving)
    };
    match &played.outcome {
        Ok(()) => say("Every step went well."),
        Err(why) => say(&format!("This step failed: {why}")),
    }
    if !options.once {
        let (people, now) = (played.people, running.portal.clock.now());
        let engaged = running.portal.db.write(move |conn| actors::engage(conn, &people, &random, now)).await?;
        stage.enter(engaged);
        stay(&address, &receiver, &played.sights).await?;
    }
    stop.cancel();
    running.stop().await;
    // They end with the token; a failure would be the story's, which was printed already.
    let _ = tokio::join!(serving.0, serving.1);
    Ok(if played.outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sends mails and announcements until it is stopped.
fn serve(running: &Running, stop: &CancellationToken) -> (JoinHandle<()>, JoinHandle<()>) {
    let (sender, token) = (running.sender.clone(), stop.clone());
    let sending = actix_web::rt::spawn(async move { sender.serve(token).await });
    let (portal, token) = (running.portal.clone(), stop.clone());
    let dispatching = actix_web::rt::spawn(async move { portal.dispatch(&token).await });
    (sending, dispatching)
}

async fn play_story(
    running: &Running,
    address: &str,
    receiver: &Arc<Receiver>,
    random: &Random,
) -> Result<Played, Error> {
    let mut connection = db::open(running.portal.db.target(), db::Access::Write)?;
    seed(&mut connection, CONTACTS, running.portal.clock.now(), &mut |_| {})?;
    drop(connection);
    say("The story:");
    let link = running.portal.identity.set_up_link(None).await?;
    let approver = actors::parse(APPROVER)?;
    let approver_link = running.portal.identity.set_up_link(Some((approver, APPROVER_NAME.to_owned()))).await?;
    let cast = Cast {
        admin_email: CONTACT.to_owned(),
        admin_password: random.secret(),
        approver_email: APPROVER.to_owned(),
        approver_password: random.secret(),
        ncp_email: "awa.diop@douanes.example".to_owned(),
        ncp_password: random.secret(),
    };
    let token_of = |link: &str| link.split_once("token=").map(|(_, token)| token.to_owned()).unwrap_or_default();
    let tokens = [token_of(&link), token_of(&approver_link)];
    let (base, mail_server, people) = (format!("http://{address}"), Arc::clone(receiver), cast.clone());
    let told = tokio::task::spawn_blocking(move || Story::new(Client::new(&base), &mail_server, people, tokens).play());
    let app = told.await.or_internal()?;
    let people = vec![
        ("ncp", cast.ncp_email.clone()),
        ("administrator", cast.admin_email.clone()),
        ("approver", cast.approver_email.clone()),
    ];
    let sights = format!(
        "  administrator   {}  {}\n  \x20               {}\n  contact point   {}  {}",
        cast.admin_email,
        cast.admin_password,
        app.as_deref().unwrap_or("-"),
        cast.ncp_email,
        cast.ncp_password
    );
    Ok(Played { outcome: app.map(drop), people, sights })
}

async fn play_survey(running: &Running, address: &str, random: &Random) -> Result<Played, Error> {
    say("The survey of 2024; which member answers what is synthetic:");
    let played = survey::play(running, &format!("http://{address}"), random).await?;
    let people = vec![
        ("ncp", replay::address(replay::MEMBER)),
        ("administrator", survey::OFFICER.to_owned()),
        ("coordinator", replay::address(replay::LATE_MEMBER)),
    ];
    let sights = played.as_ref().map(|played| survey::sights(address, played)).unwrap_or_default();
    Ok(Played { outcome: played.map(drop), people, sights })
}

/// The settings of the demonstration: everything in a temporary folder, mail to its own server.
fn overrides(folder: &Path, address: &str, receiver: &Receiver) -> Vec<String> {
    vec![
        format!("server.bind={address}"),
        format!("server.public_url=http://{address}"),
        format!("community.contact_email={CONTACT}"),
        // Its people have no passwords by which they could prove who they are again.
        "identity.step_up_minutes=10000".to_owned(),
        "identity.admin_session_idle_minutes=1000".to_owned(),
        format!("database.url=sqlite:{}", folder.join("portal.sqlite3").display()),
        format!("identity.master_key_file={}", folder.join("master.key").display()),
        format!("storage.folder={}", folder.join("files").display()),
        format!("mail.journal={}", folder.join("journal").display()),
        "mail.transport=smtp".to_owned(),
        // Neither requests nor the seals of the audit log are of interest here, only failures.
        "log.filter=warn,portal::audit=warn".to_owned(),
        format!("mail.smtp_url=smtp://{}", receiver.address),
        "mail.from=Smart Customs Community <portal@portal.example>".to_owned(),
    ]
}

async fn stay(address: &str, receiver: &Arc<Receiver>, sights: &str) -> Result<(), Error> {
    let mails = caught::serve(Arc::clone(receiver))?;
    say(&format!(
        "\nThe portal stays up until Ctrl-C. Open http://{address}/demo to log in as each role.\n\
         \x20 pages           http://{address}/\n  Swagger UI      http://{address}/docs/\n\
         \x20 caught mails    {mails}\n{sights}"
    ));
    tokio::signal::ctrl_c().await.or_internal()
}

/// A free port of loopback. Links in mails need it before the portal binds.
fn free_address() -> Result<String, Error> {
    let probe = std::net::TcpListener::bind(("127.0.0.1", 0)).or_internal()?;
    Ok(probe.local_addr().or_internal()?.to_string())
}
