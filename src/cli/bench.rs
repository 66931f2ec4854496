//! `portal bench`: how fast the portal is on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::bench::{api, mail};

#[derive(Subcommand)]
pub(super) enum BenchCommand {
    /// Sends an announcement to made-up contacts at *.example, by a relay that throws mail away
    ///
    /// Such a relay is smtp-sink of Postfix: smtp-sink -c 127.0.0.1:2525 1000
    Mail(MailOptions),
    /// Reads the directory, full of made-up contacts
    Api(ApiOptions),
}

#[derive(Args)]
pub(super) struct MailOptions {
    /// The relay that throws mail away
    #[arg(long, value_name = "ADDRESS:PORT")]
    relay: SocketAddr,
    /// How many mails
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    mails: u32,
    /// Connections to the relay; one of them carries no announcements
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..=100))]
    connections: u32,
    /// Octets of one mail, about
    #[arg(long, default_value_t = 10_240, value_parser = clap::value_parser!(u32).range(5_000..=40_000))]
    size: u32,
    /// What signs the mails
    #[arg(long, value_enum, default_value = "none")]
    dkim: mail::Signing,
    /// A PostgreSQL database of its own, whose contents stay; a SQLite file in a temporary folder otherwise
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Args)]
pub(super) struct ApiOptions {
    /// Contacts in the directory
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    contacts: u32,
    /// Connections that each ask again once they are answered
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=256))]
    connections: u32,
    /// Seconds that each question is asked
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// A PostgreSQL database of its own, whose contents stay; a SQLite file in a temporary folder otherwise
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Runs a bench and prints its table.
pub(super) async fn run(command: BenchCommand) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let size = |number: u32| usize::try_from(number).map_err(|error| error.to_string());
    let outcome = match command {
        BenchCommand::Mail(given) => {
            let options = mail::Options {
                relay: given.relay,
                mails: size(given.mails)?,
                connections: size(given.connections)?,
                size: size(given.size)?,
                signing: given.dkim,
                database: given.database,
            };
            mail::run(&program, &options).await.map(|figures| mail::show(&options, &figures))
        }
        BenchCommand::Api(given) => {
            let options = api::Options {
                contacts: size(given.contacts)?,
                connections: size(given.connections)?,
                time: Duration::from_secs(given.seconds),
                database: given.database,
            };
            api::run(&program, &options).await
        }
    };
    outcome.map_err(|error| error.to_string())
}
