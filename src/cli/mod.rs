//! The command line.
//!
//! Every command reads the same configuration (`config`). Commands of more than a few lines have a file of their own.

mod admin;
mod arguments;
mod audit;
mod backup;
mod bench;
mod database_move;
mod doctor;
mod existing;
mod files;
mod health;
mod key;
mod maintenance;
mod migrations;
mod reach;
mod reload;
mod reports;
mod serve;
mod signals;
mod status;
mod supervision;
mod values;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app;
use crate::appointments;
use crate::config::{self, Settings, Sources};
use crate::db::Id;
use crate::demo;
use crate::error::{Error, OrInternal as _};
use crate::mail;
use crate::openapi;
use crate::random::Random;
use crate::seed::{real_people, seed};
use crate::terminal::{on_runtime, on_serving_runtime, say, start_log};
use crate::text::amount;
use crate::time::Clock;

/// The version, and whether connections to PostgreSQL may be encrypted.
const VERSION: &str = if cfg!(feature = "postgres-tls") {
    concat!(env!("CARGO_PKG_VERSION"), " (with postgres-tls)")
} else {
    concat!(env!("CARGO_PKG_VERSION"), " (without postgres-tls)")
};

/// The portal of a customs community: contacts, announcements by e-mail, one binary.
#[derive(Parser)]
#[command(version = VERSION, about, arg_required_else_help = true)]
struct Cli {
    /// A profile: a TOML file with what differs from the defaults
    #[arg(long, global = true, value_name = "FILE", env = "PORTAL_CONFIG", display_order = 100)]
    config: Option<PathBuf>,
    /// Sets one key, over everything else; may be given several times
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE", display_order = 101)]
    set: Vec<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal and sends its mail, until stopped
    ///
    /// Applies the migrations and loads the members first. Prints a link to set up an administrator if there is none
    /// yet. SIGTERM ends it in order, SIGHUP makes it read keys, certificates and some settings again.
    Serve {
        /// Applies no migrations, and refuses to start if some are missing
        #[arg(long)]
        no_migrate: bool,
    },
    /// Applies the missing migrations, loads the members, and ends
    Migrate {
        /// Prints which migrations are missing and what each will do, and changes nothing
        #[arg(long)]
        plan: bool,
    },
    /// Runs the portal's main job from beginning to end, on a database and a mail server of its own
    ///
    /// Needs no configuration and leaves nothing behind: reads no profile and does not take --set. Keeps running
    /// afterwards, to try things out, until Ctrl-C. With --survey it plays the survey of 2024 instead.
    Demo(DemoOptions),
    /// Administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The master key
    #[command(subcommand)]
    Key(KeyCommand),
    /// Sessions
    #[command(subcommand)]
    Sessions(SessionsCommand),
    #[command(flatten)]
    Backups(backup::BackupCommand),
    /// Erasures of accounts, after a backup was restored
    #[command(subcommand)]
    Erasures(ErasuresCommand),
    /// The maintenance mode, in which the portal is read and not changed
    #[command(subcommand)]
    Maintenance(maintenance::MaintenanceCommand),
    /// Fills the directory with made-up contacts at *.example, the same at each run, for load tests
    ///
    /// Refuses a portal that serves others, and a database with people who were not made up.
    Seed(SeedOptions),
    /// Moves a portal from SQLite to PostgreSQL: all rows, in one transaction
    ///
    /// Stop the portal, run `portal migrate` on the new database, and move. Everything is read and judged before anything
    /// is written. Whatever goes wrong, the source is untouched and the target is as it was. Ends with 0 if the rows were
    /// moved (or may be, with --dry-run), 10 if something stands in the way, 11 if there are only warnings and --yes was
    /// not given, 1 if it failed.
    Move(database_move::MoveOptions),
    /// Measures how fast the portal is on this machine, with a database of its own
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Prints the DNS records for the keys that sign mails (`mail.dkim_keys`)
    Dkim,
    /// Prints the description of the API (OpenAPI 3.1, JSON)
    Openapi,
    /// Prints the table of states and events of appointments (Markdown)
    LifeCycle,
    /// Prints how the portal reads reports about mails, a line of JSON for each file; nothing is counted
    ///
    /// `outcome` is the cause (address, mailbox, message, route), complaint, the reason why it does not count (late,
    /// arrived, automatic, feedback), or `not_understood`; `by` is the phrase, the status or the code that decided.
    ReadReport {
        /// Messages as received, with their headers
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Prints the background jobs of the running portal, with their last success and failure
    ///
    /// Asks the portal at `server.management_bind`, or at `server.bind` with the token of `server.metrics_token`.
    ///
    /// Exit codes: 0 all is well, a maintenance included; 1 a part does not work, the last run of a job failed, or the
    /// portal did not answer.
    Status,
    /// Asks the running portal whether it lives; the exit code tells the answer
    ///
    /// For health checks of containers: asks at `server.management_bind`, or at `server.bind`. Exit codes: 0 yes, also
    /// where a part does not work (degraded); 1 no, or no answer.
    Health {
        /// Asks whether it is ready: its database answers and keeps what is written
        #[arg(long)]
        ready: bool,
    },
    /// Looks at what the portal needs, a line for each part, with what to do next
    ///
    /// Configuration, database, schema, key, storage, relay, clock, disk, public URL. Runs beside a running portal, and
    /// sends no mail. Exit codes: 0 no fault, warnings included; 1 a fault.
    Doctor {
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Checks the configuration and the files and folders that it names, reports all faults at once, and prints the
    /// settings in force, secrets masked
    ///
    /// Exit codes: 0 no fault, warnings included; 1 a fault.
    CheckConfig,
}

#[derive(Args)]
struct DemoOptions {
    /// Ends after the last step; the exit code tells whether every step succeeded
    #[arg(long)]
    once: bool,
    /// Plays the survey of 2024 in place of the story, and compares its results with the public figures
    ///
    /// 186 members are asked, 116 answer: by requests to the API alone, on a clock that begins in April 2024. Which
    /// member answers what is synthetic.
    #[arg(long)]
    survey: bool,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Creates an administrator
    ///
    /// With a password on standard input the account is ready at once. Without one, prints a one-time link to choose a
    /// password.
    Create {
        /// The address to log in with
        #[arg(long)]
        email: String,
        /// The administrator's name
        #[arg(long)]
        name: String,
        /// Adds an authenticator app as second factor and prints its otpauth URI; needs the password on standard input
        #[arg(long)]
        totp: bool,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Verifies every link of the audit log's chain; the exit code tells whether it is whole
    ///
    /// Prints the end of the chain. Keep it elsewhere: a later chain that does not contain it was tampered with. Alters
    /// nothing, and reads copies on read-only media too. Exit codes: 0 whole, 1 broken, 2 not verified, 3 another key.
    Verify {
        /// Position and link that the chain must have, as this command or the log printed them
        #[arg(long, num_args = 2, value_names = ["POSITION", "LINK"])]
        through: Option<Vec<String>>,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Seals everything anew with `identity.master_key` that `identity.other_master_key` has sealed
    ///
    /// Runs beside running portals that have both keys. May be interrupted and repeated.
    Rotate {
        /// Only counts what is not sealed with `identity.master_key`: exit code 0 none, 1 some
        #[arg(long)]
        check: bool,
    },
}

#[derive(Subcommand)]
enum SessionsCommand {
    /// Ends all sessions, API tokens, pending logins and set-up links, after a breach or after a backup was restored
    EndAll,
}

#[derive(Subcommand)]
enum ErasuresCommand {
    /// Adds accounts that were erased after the backup; `portal serve` erases them again
    ///
    /// The log names each erasure by its id (target `portal::privacy`, `forgotten`). Ids that the backup does not
    /// contain, or that are added twice, do no harm.
    Add {
        /// Ids of accounts
        #[arg(required = true, value_name = "ID", value_parser = values::id)]
        ids: Vec<Id>,
    },
}

#[derive(Args)]
struct SeedOptions {
    /// Total number of made-up contacts, existing ones included
    #[arg(long, value_name = "N", value_parser = values::number(0_usize..=100_000_000))]
    contacts: usize,
    /// Adds them even to a portal that serves others, or next to real people
    #[arg(long)]
    yes: bool,
}

/// Runs the command that the process was called with.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse_from(arguments::with_settings_first(std::env::args_os()));
    let failure = match cli.command {
        Command::Audit(_) => ExitCode::from(audit::NOT_VERIFIED),
        _ => ExitCode::FAILURE,
    };
    match execute(cli) {
        Ok(code) => code,
        Err(message) => {
            // The last message of a failed command; if standard error is closed, nothing can be done.
            let _ = writeln!(std::io::stderr(), "portal: {message}");
            failure
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode, String> {
    let mut sources = Sources::from_process(cli.config, cli.set);
    if let Command::Move(options) = &cli.command {
        sources.overrides.extend(options.setting());
    }
    match cli.command {
        Command::Openapi => {
            say(&openapi::document().to_pretty_json().map_err(|e| e.to_string())?);
            return Ok(ExitCode::SUCCESS);
        }
        Command::LifeCycle => {
            say(appointments::state_machine::document().trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        Command::ReadReport { files } => return reports::read(&files),
        Command::Doctor { json } => return Ok(on_runtime(doctor::examine(&sources, json))),
        Command::Demo(_) | Command::Bench(_) if !sources.overrides.is_empty() => {
            return Err("demo and bench have settings of their own: they do not take --set".to_owned());
        }
        Command::Demo(DemoOptions { once, survey }) => return demo::run(demo::Options { once, survey }),
        Command::Bench(command) => return on_runtime(bench::run(command)).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let loaded = match cli.command {
        Command::Serve { .. } | Command::CheckConfig => config::load_and_try(&sources, files::faults),
        _ => config::load(&sources),
    };
    let settings = loaded.map_err(|faults| faults.to_string())?;
    let mut log = start_log(&settings);
    if matches!(cli.command, Command::Serve { .. } | Command::CheckConfig) {
        settings.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    }
    match cli.command {
        Command::Serve { no_migrate } => {
            let schema = if no_migrate { app::Schema::Check } else { app::Schema::Migrate };
            let reload = reload::Reload::new(sources, &settings, log.take());
            on_serving_runtime(serve::serve(&settings, schema, reload))
        }
        Command::Migrate { plan: true } => migrations::plan(&settings),
        Command::Migrate { plan: false } => migrations::migrate(&settings),
        Command::Admin(AdminCommand::Create { email, name, totp }) => {
            on_runtime(admin::create(&settings, &email, &name, totp))
        }
        Command::Audit(AuditCommand::Verify { through }) => return told(audit::verify(&settings, through.as_deref())),
        Command::Key(KeyCommand::Rotate { check }) => return told(on_runtime(key::rotate(&settings, check))),
        Command::Move(options) => return told(database_move::run(&settings, &options)),
        Command::Sessions(SessionsCommand::EndAll) => on_runtime(admin::end_sessions(&settings)),
        Command::Erasures(ErasuresCommand::Add { ids }) => on_runtime(admin::add_erasures(&settings, ids)),
        Command::Backups(command) => return told(backup::run(command, &settings)),
        Command::Maintenance(command) => on_runtime(maintenance::maintenance(&settings, command)),
        Command::Seed(options) => seed_with_progress(&settings, &options),
        Command::Dkim => dkim(&settings),
        Command::Health { ready } => return told(health::health(&settings, ready)),
        Command::Status => return told(status::status(&settings)),
        Command::CheckConfig => {
            say(&settings.masked);
            Ok(())
        }
        // These have ended above.
        _ => Ok(()),
    }
    .map(|()| ExitCode::SUCCESS)
    .map_err(|error| error.operator_message())
}

/// The exit code of a command, or its error as text.
fn told(outcome: Result<ExitCode, Error>) -> Result<ExitCode, String> {
    outcome.map_err(|error| error.operator_message())
}

fn dkim(settings: &Settings) -> Result<(), Error> {
    let records = mail::dkim_records(settings).or_internal()?;
    if records.is_empty() {
        return Err(Error::internal("mail.dkim_keys names no key"));
    }
    for (name, record) in records {
        // A string of a TXT record has at most 255 characters (RFC 1035, 3.3); a longer value is several strings.
        let parts: Vec<&str> =
            record.as_bytes().chunks(255).filter_map(|part| std::str::from_utf8(part).ok()).collect();
        say(&format!("{name}. IN TXT \"{}\"", parts.join("\" \"")));
    }
    Ok(())
}

fn seed_with_progress(settings: &Settings, options: &SeedOptions) -> Result<(), Error> {
    let &SeedOptions { contacts, yes } = options;
    if settings.serves_the_world() && !yes {
        return Err(Error::internal(
            "this configuration serves others, and made-up people would be in its directory; --yes adds them all the same",
        ));
    }
    let target = settings.database_target().or_internal()?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    let mut connection = crate::db::open(&target, crate::db::Access::Write)?;
    let real = connection.transaction_for_read(real_people)?;
    if real > 0 && !yes {
        return Err(Error::internal(format!(
            "the database has {} not made up; --yes adds made-up people all the same",
            amount(real, "account")
        )));
    }
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
