//! `portal bench`: the speed of the portal on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::values::number;
use crate::bench::{api, mail};

#[derive(Subcommand)]
pub(super) enum BenchCommand {
    /// Sends an announcement to made-up contacts at *.example, through a relay that discards mail
    ///
    /// Such a relay is smtp-sink of Postfix: smtp-sink -c 127.0.0.1:2525 1000
    Mail(MailOptions),
    /// Reads a directory full of made-up contacts
    Api(ApiOptions),
}

#[derive(Args)]
pub(super) struct MailOptions {
    /// The relay that discards mail
    #[arg(long, value_name = "ADDRESS:PORT")]
    relay: SocketAddr,
    /// Number of mails
    #[arg(long, default_value_t = 100_000, value_parser = number(1_u32..=1_000_000))]
    mails: u32,
    /// Connections to the relay; one of them carries no announcements
    #[arg(long, default_value_t = 11, value_parser = number(1_u32..=100))]
    connections: u32,
    /// Approximate size of a mail, in octets
    #[arg(long, default_value_t = 10_240, value_parser = number(5_000_u32..=40_000))]
    size: u32,
    /// The signatures of the mails
    #[arg(long, value_enum, default_value = "none")]
    dkim: mail::Signing,
    /// A PostgreSQL database for the bench, whose contents stay; without it, a SQLite file in a temporary folder
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Args)]
pub(super) struct ApiOptions {
    /// Contacts in the directory
    #[arg(long, default_value_t = 10_000, value_parser = number(100_u32..=1_000_000))]
    contacts: u32,
    /// Connections, each of which asks again when it is answered
    #[arg(long, default_value_t = 4, value_parser = number(1_u32..=256))]
    connections: u32,
    /// How long each query is repeated, in seconds
    #[arg(long, default_value_t = 3, value_parser = number(1_u64..=60))]
    seconds: u64,
    /// A PostgreSQL database for the bench, whose contents stay; without it, a SQLite file in a temporary folder
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
