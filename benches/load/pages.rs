//! Pages beside the calls of the API behind them: the same data, the same session of a browser, in one run.
//!
//! The home page shows what a program reads by several calls; its rate is compared with that of all of them together.

use std::time::Duration;

use portal::bench::client::{Load, browser_request};
use portal::bench::site::{Portal, Site};
use portal::bench::table::{Goal, head, row, whole};

use super::Outcome;
use crate::{CONNECTIONS, READ, Series, Tally, in_turn};

/// The least rate of a page to that of its call.
const RATIO: Goal = Goal::AtLeast(0.7, "");
/// The time within which all but one of a hundred answers come.
const P99: Goal = Goal::AtMost(20.0, " ms");
/// What a browser accepts, and what a program accepts.
const HTML: &str = "text/html";
const JSON: &str = "application/json";

/// A page and the calls behind it. Of several addresses each request takes the next one.
struct Pair {
    metric: &'static str,
    pages: Vec<String>,
    calls: Vec<String>,
    /// How many calls one page is worth.
    each: f64,
}

impl Pair {
    fn one(metric: &'static str, page: &str, call: &str) -> Self {
        Self { metric, pages: vec![page.to_owned()], calls: vec![call.to_owned()], each: 1.0 }
    }
}

/// Measures the pages, each in turn with its calls.
pub async fn beside_calls(
    name: &str,
    (site, portal): (&Site, &Portal),
    time: Duration,
    announcement: &str,
) -> Outcome<Tally> {
    let token = site.token(portal).await?;
    let ids = portal.contact_ids(&token, READ).await?;
    // It takes the next code of the authenticator app, so the token comes first.
    let cookie = site.cookie(portal).await?;
    let addresses = |start: &str| ids.iter().map(|id| format!("{start}{id}")).collect::<Vec<_>>();
    let counted = "/api/v1/contacts?limit=25&total=true&facets=region,member,role,language,technology,confirmation";
    let behind_home = [
        "/api/v1/announcements?unread=true&limit=50",
        "/api/v1/announcements?status=submitted&limit=100",
        "/api/v1/appointments?status=incomplete&limit=100",
        "/api/v1/statistics/directory",
    ];
    let pairs = [
        Pair::one("directory, 25 with counts", "/directory", counted),
        Pair {
            metric: "one contact, ever another",
            pages: addresses("/contacts/"),
            calls: addresses("/api/v1/contacts/"),
            each: 1.0,
        },
        Pair {
            metric: "home of the Secretariat, 4 calls",
            pages: vec!["/".to_owned()],
            calls: behind_home.map(str::to_owned).to_vec(),
            each: 4.0,
        },
        Pair::one(
            "announcement",
            &format!("/announcements/{announcement}"),
            &format!("/api/v1/announcements/{announcement}"),
        ),
    ];
    head(&format!("{name}: pages beside their calls"));
    let mut tally = Tally::default();
    for pair in &pairs {
        let load = |paths: &[String], accept: &str| Load {
            address: portal.address,
            connections: CONNECTIONS,
            time,
            requests: paths.iter().map(|path| browser_request(path, accept, &cookie)).collect(),
        };
        let series = in_turn([load(&pair.pages, HTML), load(&pair.calls, JSON)]).await?;
        show(pair, &series);
        tally.add(Tally::of(&series));
    }
    Ok(tally)
}

fn show(pair: &Pair, [page, calls]: &[Series; 2]) {
    let behind = calls.rate() / pair.each;
    let ratio = page.rate() / behind;
    let compared = format!("{ratio:.2} of API {}/s", whole(behind));
    row(pair.metric, &format!("{}/s", whole(page.rate())), &compared, ratio, &RATIO);
    let times = format!("p50 {:.1} ms, p99 {:.1} ms", page.p50(), page.p99());
    let compared = format!("a call: p50 {:.1} ms, p99 {:.1} ms", calls.p50(), calls.p99());
    row("· time to the answer", &times, &compared, page.p99(), &P99);
}
