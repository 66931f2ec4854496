//! `portal bench api`: how fast the directory is read on this machine.

use std::path::Path;
use std::time::Duration;

use super::Outcome;
use super::client::{Load, request};
use super::site::Site;
use super::table::{Goal, head, row, whole};

/// Most different contacts that are read.
const READ: usize = 10_000;

/// The parameters of the bench.
#[derive(Clone, Debug)]
pub struct Options {
    /// Contacts in the directory.
    pub contacts: usize,
    /// Connections, each of which asks again when it is answered.
    pub connections: usize,
    /// How long each query is repeated.
    pub time: Duration,
    /// A PostgreSQL database for the bench; its contents stay.
    pub database: Option<String>,
}

/// Runs the queries and prints; `program` is the portal's binary.
///
/// # Errors
/// If a step fails.
pub async fn run(program: &Path, options: &Options) -> Outcome<()> {
    let site = Site::new(program, options.database.as_deref(), &[])?;
    site.fill(options.contacts).await?;
    let portal = site.start().await?;
    let token = site.token(&portal).await?;
    let ids = portal.contact_ids(&token, READ).await?;
    let contacts: Vec<String> = ids.iter().map(|id| format!("/api/v1/contacts/{id}")).collect();
    let one = |path: &str| vec![path.to_owned()];
    head(&format!("{} contacts", whole(f64::from(u32::try_from(options.contacts)?))));
    for (name, paths, most) in [
        ("a page of 25", one("/api/v1/contacts?limit=25"), 5.0),
        ("one contact, ever another", contacts, 5.0),
        ("a page of a region and a role", one("/api/v1/contacts?region=EUR&role=coordinator"), 5.0),
        ("a search", one("/api/v1/contacts?q=fatou"), 100.0),
        ("a page and its facets", one("/api/v1/contacts?facets=region,member,role,language,technology"), 100.0),
        ("the members", one("/api/v1/members"), 100.0),
    ] {
        let requests: Vec<Vec<u8>> = paths.iter().map(|path| request("GET", path, Some(&token), None)).collect();
        let load = Load {
            address: portal.address,
            connections: options.connections,
            time: options.time,
            requests: requests.into(),
        };
        let sample = load.run().await?;
        let times = format!("p50 {:.1} ms, p99 {:.1} ms", sample.p50, sample.p99);
        row(name, &format!("{}/s", whole(sample.rate)), &times, sample.p99, &Goal::AtMost(most, " ms"));
        if sample.failures > 0 {
            return Err(format!("{name}: {} answers were no success", sample.failures).into());
        }
    }
    let resident = portal.resident()?;
    row("memory after all that", &format!("{resident:.0} MB"), "", resident, &Goal::None);
    Ok(())
}
