//! Rounds, their releases, and the readers of these.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use portal::bench::Outcome;
use portal::bench::administrator::text;
use portal::bench::client::{Connection, Load, browser_request, call, request};
use portal::bench::table::{Goal, row, say, whole};
use portal::db::schema::submission;
use portal::db::{Conn, Id};
use portal::time::Clock;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::content::{QUESTIONS, questionnaire};
use crate::Stand;
use crate::flood::watch::{memory, watched};
use crate::load::plain::Plain;

/// The survey of the bench.
const SURVEY: &str = "bench";
/// How long a release may take.
const PATIENCE: Duration = Duration::from_mins(10);
/// Connections of readers: one alone, and several at once.
const READERS: [usize; 2] = [1, 4];
/// Rows of a page in which submissions are read.
const PAGE: i64 = 200;

/// Publishes the questionnaire.
pub async fn publish_survey(stand: &Stand) -> Outcome<()> {
    let titles = json!({"en": "Survey of the bench", "fr": "Enquête du banc"});
    post(stand, "/api/v1/surveys", &json!({"code": SURVEY, "audience": "member", "titles": titles})).await?;
    let version = format!("/api/v1/surveys/{SURVEY}/versions");
    post(stand, &version, &json!({"questionnaire": questionnaire()})).await?;
    post(stand, &format!("{version}/1/publish"), &json!({})).await?;
    Ok(())
}

/// A round that is open; returns its id.
pub async fn open_round(stand: &Stand) -> Outcome<String> {
    let now = Clock::system().now();
    let form = json!({
        "survey": SURVEY, "version": 1, "opens_at": now.minus(Duration::from_mins(1)),
        "closes_at": now.plus(Duration::from_hours(24)), "zone": "Europe/Brussels",
    });
    let made = post(stand, "/api/v1/rounds", &form).await?;
    let round = text(&made, "/id")?.to_owned();
    post(stand, &format!("/api/v1/rounds/{round}/open"), &json!({})).await?;
    Ok(round)
}

/// A round that has closed, before its responses are made behind the portal's back; returns its id.
pub async fn closed_round(stand: &Stand) -> Outcome<String> {
    let round = open_round(stand).await?;
    post(stand, &format!("/api/v1/rounds/{round}/close"), &json!({})).await?;
    Ok(round)
}

async fn post(stand: &Stand, path: &str, body: &Value) -> Outcome<Value> {
    call(stand.portal.address, "POST", path, Some(&stand.token), Some(body)).await
}

/// The rows of a number of responses.
pub async fn measure(stand: &mut Stand, round: &str, responses: u32, seeded: f64) -> Outcome<()> {
    let count = f64::from(responses);
    row("made by SQL", &format!("{}/s", whole(count / seeded)), &format!("in {seeded:.1} s"), 0.0, &Goal::None);
    let bare = read_alone(&mut stand.connection, round.parse()?)?;
    let before = memory(stand.portal.process.id())?;
    let began = Instant::now();
    let (release, most) = watched(stand.portal.process.id(), publish(stand, round)).await?;
    let seconds = began.elapsed().as_secs_f64();
    let per_million = seconds * 1e6 / count / f64::from(QUESTIONS);
    let value = format!("{seconds:.2} s, {per_million:.2} s a million answers");
    let compared = format!("{:.2} of reading its rows alone ({bare:.2} s)", bare / seconds);
    // What a release costs whatever the responses weighs too much in a small one.
    let goal = if responses >= 10_000 { Goal::AtMost(2.0, " s") } else { Goal::None };
    row("a release of 60 questions", &value, &compared, per_million, &goal);
    let more = (most.anonymous - before.anonymous) * 1.048_576;
    let compared = format!("{:.0} MB before, {:.0} MB with files", before.anonymous, most.resident);
    row("· memory for it, not of files", &format!("{more:.1} MB more"), &compared, more, &Goal::AtMost(32.0, " MB"));
    readers(stand, &release).await
}

/// How long it takes to read the submissions of a round and nothing else, in seconds.
fn read_alone(connection: &mut Conn, round: Id) -> Outcome<f64> {
    let (began, mut after) = (Instant::now(), Id::nil());
    loop {
        let page: Vec<(Id, String)> = submission::table
            .filter(submission::round_id.eq(round).and(submission::organisation_id.gt(after)))
            .order(submission::organisation_id)
            .limit(PAGE)
            .select((submission::organisation_id, submission::content))
            .load(connection)?;
        match page.last() {
            Some((last, _)) => after = *last,
            None => return Ok(began.elapsed().as_secs_f64()),
        }
    }
}

/// Publishes the first release of a round; returns its id.
async fn publish(stand: &Stand, round: &str) -> Outcome<String> {
    let path = format!("/api/v1/rounds/{round}/releases");
    let release = request("POST", &path, Some(&stand.token), Some(&json!({"audience": "public"})));
    let mut connection = Connection::open(stand.portal.address).await?;
    let status = timeout(PATIENCE, connection.exchange(&release)).await??;
    if status != 201 {
        return Err(format!("a release: {status} {}", String::from_utf8_lossy(connection.body())).into());
    }
    let made: Value = serde_json::from_slice(connection.body())?;
    Ok(text(&made, "/id")?.to_owned())
}

/// Everybody who reads one question after the other, by a program and on a page.
async fn readers(stand: &Stand, release: &str) -> Outcome<()> {
    let by_program =
        |number: u32| request("GET", &format!("/api/v1/releases/{release}/results?question=q{number}"), None, None);
    read(stand, "results of a question, API", (0..QUESTIONS).map(by_program).collect()).await?;
    let page = |number: u32| browser_request(&format!("/releases/{release}/questions/q{number}"), "text/html", "x=y");
    read(stand, "results of a question, page", (0..QUESTIONS).map(page).collect()).await
}

/// The row of requests, which are sent in turn; none where the portal does not know them.
async fn read(stand: &Stand, metric: &str, requests: Vec<Vec<u8>>) -> Outcome<()> {
    let mut connection = Connection::open(stand.portal.address).await?;
    let first = requests.first().ok_or("nothing to read")?;
    let status = connection.exchange(first).await?;
    if status != 200 {
        say(&format!("  {metric}: left out, the portal answers {status}"));
        return Ok(());
    }
    let size = connection.body().len();
    let plain = Plain::start(size, size)?;
    let (mut times, mut worst, mut rates) = (Vec::new(), 0.0_f64, (f64::NAN, f64::NAN));
    for connections in READERS {
        let load = |address, requests: Vec<Vec<u8>>| Load {
            address,
            connections,
            time: stand.time,
            requests: requests.into(),
        };
        let reads = load(stand.portal.address, requests.clone());
        Load { time: Duration::from_millis(300), ..reads.clone() }.run().await?;
        let sample = reads.run().await?;
        if sample.failures > 0 {
            return Err(format!("{metric}: {} answers other than 200", sample.failures).into());
        }
        let yardstick = load(plain.address, vec![request("GET", "/page", None, None)]);
        rates = (sample.rate, Load { time: stand.time / 2, ..yardstick }.run().await?.rate);
        times.push(format!("{:.2} / {:.2}", sample.p50, sample.p99));
        worst = worst.max(sample.p99);
    }
    let value = format!("{} ms", times.join(" · "));
    let compared = format!("{}/s = {:.3} of plain", whole(rates.0), rates.0 / rates.1);
    row(metric, &value, &compared, worst, &Goal::AtMost(5.0, " ms"));
    Ok(())
}
