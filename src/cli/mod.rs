//! The command line.
//!
//! Every command reads the same configuration (`config`). What a command does stands in a file of its own where it is
//! more than a few lines.

mod seed;
mod serve;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

use crate::app::{self, Portal};
use crate::config::{self, LogFormat, Settings, Sources};
use crate::demo;
use crate::error::{Error, OrInternal as _};
use crate::identity::MAX_NAME;
use crate::mail::EmailAddress;
use crate::openapi;
use crate::random::Random;
use crate::text;
use crate::time::Clock;

pub use seed::seed;

/// The portal of a customs community: contacts, announcements by e-mail, one binary.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Cli {
    /// A profile: a TOML file with what differs from the defaults
    #[arg(long, global = true, value_name = "FILE", env = "PORTAL_CONFIG")]
    config: Option<PathBuf>,
    /// Sets one key, over everything else; may be given several times
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    set: Vec<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal and sends its mail, until it is told to stop
    ///
    /// Applies the migrations and loads the members first. Where there is no administrator yet, prints a link to set up one.
    Serve,
    /// Applies the migrations that are missing and loads the members, and ends
    Migrate,
    /// Plays the portal's main job from beginning to end, on a database and a mail server of its own
    ///
    /// Needs nothing and leaves nothing behind. Stays up afterwards, to try things out, until Ctrl-C.
    Demo(DemoOptions),
    /// Administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Fills the directory with made-up contacts at *.example, the same at each run, for load tests
    Seed(SeedOptions),
    /// Prints the description of the API (OpenAPI 3.1, JSON)
    Openapi,
    /// Checks the configuration, names every fault at once, and prints what is in force, secrets masked
    CheckConfig,
}

#[derive(Args)]
struct DemoOptions {
    /// Ends after the story; the exit code tells whether every step went well
    #[arg(long)]
    once: bool,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Makes an administrator
    ///
    /// With a password on standard input the account is ready at once. Without, prints a one-time link by which the
    /// administrator chooses a password.
    Create {
        /// The address to log in with
        #[arg(long)]
        email: String,
        /// The administrator's name
        #[arg(long)]
        name: String,
    },
}

#[derive(Args)]
struct SeedOptions {
    /// How many contacts to add
    #[arg(long, value_name = "N")]
    contacts: usize,
}

/// Runs the command that the process was called with.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(code) => code,
        Err(message) => {
            // The last word of a failed command; nothing can be done where standard error is closed.
            let _ = writeln!(std::io::stderr(), "portal: {message}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode, String> {
    let sources = Sources::from_process(cli.config, cli.set);
    match cli.command {
        Command::Openapi => {
            say(&openapi::document().to_pretty_json().map_err(|e| e.to_string())?);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Demo(options) => return demo::run(options.once),
        _ => {}
    }
    let settings = config::load(&sources).map_err(|faults| faults.to_string())?;
    let _writer = start_log(&settings);
    match cli.command {
        Command::Serve => on_runtime(serve::serve(&settings)),
        Command::Migrate => migrate(&settings),
        Command::Admin(AdminCommand::Create { email, name }) => on_runtime(create_admin(&settings, email, name)),
        Command::Seed(options) => seed_with_progress(&settings, options.contacts),
        Command::CheckConfig => {
            say(&settings.masked);
            Ok(())
        }
        Command::Demo(_) | Command::Openapi => Ok(()),
    }
    .map(|()| ExitCode::SUCCESS)
    .map_err(|error| error.to_string())
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // A closed pipe (`portal openapi | head`) is no failure of ours.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs to its end on the runtime that actix wants.
pub(crate) fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// Starts the log. Lines go to standard error over a bounded queue: a slow terminal slows no request.
pub(crate) fn start_log(settings: &Settings) -> Option<tracing_appender::non_blocking::WorkerGuard> {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let filter = tracing_subscriber::EnvFilter::new(&settings.log.filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(true);
    let started = match settings.log.format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.ok().map(|()| guard)
}

fn migrate(settings: &Settings) -> Result<(), Error> {
    let target = settings.database_target().or_internal()?;
    let applied = app::prepare(&target, &Clock::system(), &Random::system())?;
    for name in &applied {
        say(&format!("applied {name}"));
    }
    say(&format!("{} migration(s) applied; the database is up to date", applied.len()));
    Ok(())
}

async fn create_admin(settings: &Settings, email: String, name: String) -> Result<(), Error> {
    let email = EmailAddress::parse(&email).map_err(|_fault| Error::internal("--email is not an e-mail address"))?;
    let name = text::line(&name, MAX_NAME).map_err(|_fault| Error::internal("--name is empty or too long"))?;
    let target = settings.database_target().or_internal()?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    let (portal, _sender) = Portal::assemble(settings, Clock::system(), Random::system()).await?;
    let password = read_password().or_internal()?;
    let Some(password) = password else {
        let link = portal.identity.set_up_link(Some((email, name))).await?;
        say("Open this link once to choose a password:");
        say(&format!("  {}{link}", settings.server.public_url));
        return Ok(());
    };
    portal.identity.create_administrator(email.clone(), name, &password).await.map_err(|error| match &error {
        Error::Refused(refusal) if refusal.code == "invalid" => Error::internal(format!(
            "the password needs at least {} characters and must not be the address",
            settings.identity.password_min_length
        )),
        Error::Refused(refusal) if refusal.code == "account_exists" => {
            Error::internal(format!("{} has an account already", email.as_str()))
        }
        _ => error,
    })?;
    say(&format!("{} is an administrator now", email.as_str()));
    Ok(())
}

/// The first line of standard input, where something is piped in.
fn read_password() -> std::io::Result<Option<SecretString>> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input.by_ref().take(4_096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Ok((!line.is_empty()).then(|| SecretString::from(line.to_owned())))
}

fn seed_with_progress(settings: &Settings, contacts: usize) -> Result<(), Error> {
    let target = settings.database_target().or_internal()?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    let mut connection = crate::db::open(&target, crate::db::Access::Write)?;
    let started = std::time::Instant::now();
    seed(&mut connection, contacts, &mut |done| {
        let _ = write!(std::io::stderr(), "\r{done} of {contacts} contacts");
        let _ = std::io::stderr().flush();
    })?;
    let _ = writeln!(std::io::stderr());
    say(&format!("added {contacts} contacts in {:.1} s", started.elapsed().as_secs_f32()));
    Ok(())
}
