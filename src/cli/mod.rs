//! The command line.
//!
//! Every command reads the same configuration (`config`). What a command does stands in a file of its own where it is
//! more than a few lines.

mod admin;
mod bench;
mod seed;
mod serve;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app;
use crate::appointments;
use crate::background;
use crate::config::{self, LogFormat, Settings, Sources};
use crate::demo;
use crate::error::{Error, OrInternal as _};
use crate::mail;
use crate::openapi;
use crate::random::Random;
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
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Sessions
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Fills the directory with made-up contacts at *.example, the same at each run, for load tests
    Seed(SeedOptions),
    /// Measures how fast the portal is on this machine, with a database of its own
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Prints what the name server of the sender's domain is to say of the keys that sign mails (`mail.dkim_keys`)
    Dkim,
    /// Prints the description of the API (OpenAPI 3.1, JSON)
    Openapi,
    /// Prints the table of the states of an appointment and what leads from one to the other (Markdown)
    LifeCycle,
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
        /// Adds an authenticator app as second factor and prints its otpauth URI; wants the password on standard input
        #[arg(long)]
        totp: bool,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Checks every link of the audit log's chain; the exit code tells whether it is whole
    ///
    /// Prints the end of the chain. Keep that elsewhere: a later chain that does not pass through it was tampered with.
    Verify,
}

#[derive(Subcommand)]
enum SessionsCommand {
    /// Ends every session and API token of everybody, after a breach or once a backup was restored
    EndAll,
}

#[derive(Args)]
struct SeedOptions {
    /// How many made-up contacts there are to be in all; those that are there already count
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
        Command::LifeCycle => {
            say(appointments::machine::document().trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Demo(options) => return demo::run(options.once),
        Command::Bench(command) => return on_runtime(bench::run(command)).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let settings = config::load(&sources).map_err(|faults| faults.to_string())?;
    let _writer = start_log(&settings);
    match cli.command {
        Command::Serve => on_serving_runtime(serve::serve(&settings)),
        Command::Migrate => migrate(&settings),
        Command::Admin(AdminCommand::Create { email, name, totp }) => {
            on_runtime(admin::create(&settings, &email, &name, totp))
        }
        Command::Audit(AuditCommand::Verify) => return admin::verify_audit(&settings).map_err(|error| error.told()),
        Command::Sessions(SessionsCommand::EndAll) => on_runtime(admin::end_sessions(&settings)),
        Command::Seed(options) => seed_with_progress(&settings, options.contacts),
        Command::Dkim => dkim(&settings),
        Command::CheckConfig => {
            say(&settings.masked);
            Ok(())
        }
        Command::Demo(_) | Command::Bench(_) | Command::Openapi | Command::LifeCycle => Ok(()),
    }
    .map(|()| ExitCode::SUCCESS)
    .map_err(|error| error.told())
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

/// The same for a portal that serves: what it spawns (couriers, who sign and send) has threads of its own.
#[expect(clippy::expect_used, reason = "no portal goes on without threads")]
pub(crate) fn on_serving_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = || background::runtime().expect("the system gives us threads");
    actix_web::rt::System::with_tokio_rt(runtime).block_on(work)
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

fn dkim(settings: &Settings) -> Result<(), Error> {
    let records = mail::dkim_records(settings).or_internal()?;
    if records.is_empty() {
        return Err(Error::internal("mail.dkim_keys names no key"));
    }
    for (name, record) in records {
        // A string of a TXT record holds 255 characters (RFC 1035, 3.3); a longer one is several.
        let parts: Vec<&str> =
            record.as_bytes().chunks(255).filter_map(|part| std::str::from_utf8(part).ok()).collect();
        say(&format!("{name}. IN TXT \"{}\"", parts.join("\" \"")));
    }
    Ok(())
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

fn seed_with_progress(settings: &Settings, contacts: usize) -> Result<(), Error> {
    let target = settings.database_target().or_internal()?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    let mut connection = crate::db::open(&target, crate::db::Access::Write)?;
    let started = std::time::Instant::now();
    let added = seed(&mut connection, contacts, Clock::system().now(), &mut |done| {
        let _ = write!(std::io::stderr(), "\r{done} of {contacts} contacts");
        let _ = std::io::stderr().flush();
    })?;
    let _ = writeln!(std::io::stderr());
    let (seconds, there) = (started.elapsed().as_secs_f32(), contacts.saturating_sub(added));
    say(&format!("added {added} contacts in {seconds:.1} s; {there} were there already"));
    Ok(())
}
