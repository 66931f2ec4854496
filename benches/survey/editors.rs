//! People who fill in at the same time: each has questions of its own, and saves one answer at a time with the revision
//! that it knows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use portal::bench::Outcome;
use portal::bench::client::{Connection, Load, call, request};
use portal::bench::figures::{median, percentile};
use portal::bench::table::{Goal, head, row, whole};
use portal::db::{Conn, Id};
use portal::random::Random;
use serde_json::{Value, json};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::content::{QUESTIONS, is_single, option};
use super::limit;
use super::people;
use super::release::open_round;
use crate::Stand;

/// Editors who save as fast as they are answered.
const AT_ONCE: usize = 32;
/// How long a person types before a save, on average.
const PACE: Duration = Duration::from_secs(5);
/// Questions of an editor.
const EACH: usize = 5;
/// How often commits are measured, the portal's and bare ones in turn.
const ROUNDS: usize = 2;
/// Connections of the portal to PostgreSQL.
const CONNECTIONS: usize = 8;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who fills in.
struct Editor {
    token: String,
    response: String,
    /// The questions, each with the revision that is known and the option that comes next.
    questions: Vec<(u32, i64, u32)>,
    saves: usize,
}

/// What came of some time of saving.
struct Saves {
    /// Sorted.
    micros: Vec<u32>,
    failures: u32,
    seconds: f64,
}

impl Saves {
    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.micros.len()).unwrap_or(u32::MAX)) / self.seconds
    }
}

/// The table of editors.
pub async fn measure(stand: &mut Stand, count: usize) -> Outcome<()> {
    let round = open_round(stand).await?;
    let (mut editors, bare) = begin(stand, &round, count).await?;
    head(&format!("{}, {count} editors", stand.name));
    let (address, time) = (stand.portal.address, stand.time);
    let (mut commits, mut saved) = (Vec::new(), Vec::new());
    let mut fast: Vec<Editor> = editors.drain(..AT_ONCE.min(editors.len())).collect();
    for _ in 0..ROUNDS {
        let (target, bare, officer) = (stand.target.clone(), bare.clone(), stand.officer);
        commits.push(tokio::task::spawn_blocking(move || limit::commits(&target, &bare, officer, time)).await??);
        let (back, made) = save(address, fast, None, time).await?;
        fast = back;
        saved.push(made);
    }
    let (limit, rate) = (median(commits), median(saved.iter().map(Saves::rate)));
    let compared = format!("{:.2} of {}/s, bare", rate / limit, whole(limit));
    let metric = format!("saves of {AT_ONCE} without a pause");
    row(&metric, &format!("{}/s", whole(rate)), &compared, rate / limit, &Goal::AtLeast(0.7, ""));
    let last = saved.last().ok_or("no saves")?;
    let times = format!("p50 {:.1} ms, p99 {:.1} ms", percentile(&last.micros, 50), percentile(&last.micros, 99));
    row("· time to the answer", &times, "", 0.0, &Goal::None);
    editors.extend(fast);
    let (_, slow) = save(address, editors, Some(PACE), time.max(4 * PACE)).await?;
    let p99 = percentile(&slow.micros, 99);
    let times = format!("p50 {:.1} ms, p99 {p99:.1} ms", percentile(&slow.micros, 50));
    let compared = format!("{}/s = {:.2} of the limit", whole(slow.rate()), slow.rate() / limit);
    let goal = if matches!(stand.connection, Conn::Sqlite(_)) { Goal::AtMost(100.0, " ms") } else { Goal::None };
    row(&format!("a save of {count}, one each 5 s"), &times, &compared, p99, &goal);
    let failures = f64::from(slow.failures + saved.iter().map(|saves| saves.failures).sum::<u32>());
    row("saves that were not stored", &whole(failures), "", failures, &Goal::AtMost(0.0, ""));
    progress(stand, &round).await
}

/// Begins the response of each organisation; returns the editors, and responses for bare commits.
async fn begin(stand: &mut Stand, round: &str, count: usize) -> Outcome<(Vec<Editor>, Vec<Id>)> {
    let single: Vec<u32> = (0..QUESTIONS).filter(|&number| is_single(number)).collect();
    let mut responses: BTreeMap<Id, String> = BTreeMap::new();
    let mut colleagues: HashMap<Id, usize> = HashMap::new();
    let mut editors = Vec::new();
    for (_, organisation, token) in people::editors(&mut stand.connection, round.parse()?, count)? {
        if let Entry::Vacant(place) = responses.entry(organisation) {
            let path = format!("/api/v1/rounds/{round}/response");
            let begun = call(stand.portal.address, "POST", &path, Some(&token), None).await?;
            place.insert(portal::bench::administrator::text(&begun, "/id")?.to_owned());
        }
        let before = colleagues.entry(organisation).or_default();
        let own = single.iter().copied().cycle().skip(*before * EACH).take(EACH);
        *before += 1;
        let response = responses.get(&organisation).cloned().unwrap_or_default();
        editors.push(Editor { token, response, questions: own.map(|of| (of, 0, 0)).collect(), saves: 0 });
    }
    let connections = if matches!(stand.connection, Conn::Sqlite(_)) { 1 } else { CONNECTIONS };
    let bare = responses.values().take(connections).map(|id| id.parse()).collect::<Result<Vec<Id>, _>>()?;
    Ok((editors, bare))
}

/// Lets all of them save for a time, on a thread of its own; returns them, too.
async fn save(
    address: SocketAddr,
    editors: Vec<Editor>,
    pace: Option<Duration>,
    time: Duration,
) -> Outcome<(Vec<Editor>, Saves)> {
    let (reply, saved) = oneshot::channel();
    std::thread::Builder::new().name("editors".to_owned()).spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let work = all(address, editors, pace, time);
        // The receiver is gone if the bench was interrupted.
        let _ = reply.send(runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(work)));
    })?;
    saved.await?
}

async fn all(
    address: SocketAddr,
    editors: Vec<Editor>,
    pace: Option<Duration>,
    time: Duration,
) -> Outcome<(Vec<Editor>, Saves)> {
    let (began, mut working) = (Instant::now(), JoinSet::new());
    for (seed, editor) in (0..).zip(editors) {
        working.spawn(timeout(time + PATIENCE, work(address, editor, pace.map(|pace| (pace, seed)), began + time)));
    }
    let (mut back, mut saves) = (Vec::new(), Saves { micros: Vec::new(), failures: 0, seconds: 0.0 });
    while let Some(done) = working.join_next().await {
        let (editor, micros, failures) = done???;
        back.push(editor);
        saves.micros.extend(micros);
        saves.failures += failures;
    }
    saves.seconds = began.elapsed().as_secs_f64();
    saves.micros.sort_unstable();
    Ok((back, saves))
}

/// One editor: how long the answers took, and how many were other than stored.
async fn work(
    address: SocketAddr,
    mut editor: Editor,
    pace: Option<(Duration, u64)>,
    until: Instant,
) -> Outcome<(Editor, Vec<u32>, u32)> {
    let chance = pace.map(|(pace, seed)| (pace, Random::seeded(seed)));
    let mut connection = Connection::open(address).await?;
    let (mut micros, mut failures, mut is_first) = (Vec::new(), 0, true);
    loop {
        if let Some((pace, chance)) = &chance {
            let most = usize::try_from(pace.as_millis())?;
            // They do not begin all at once; from then on the pause is half of the pace to one and a half of it.
            let pause = if is_first { chance.below(most) } else { most / 2 + chance.below(most) };
            sleep(Duration::from_millis(u64::try_from(pause)?)).await;
        }
        is_first = false;
        if Instant::now() >= until {
            return Ok((editor, micros, failures));
        }
        let save = editor.next_save();
        let sent = Instant::now();
        let status = connection.exchange(&save).await?;
        micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        failures += u32::from(status != 200);
        editor.told(connection.body());
    }
}

impl Editor {
    /// The request of the next save: another option for the next question.
    fn next_save(&self) -> Vec<u8> {
        let place = self.saves % self.questions.len();
        let (number, revision, chosen) = self.questions.get(place).copied().unwrap_or_default();
        let answer = json!([{"question": format!("q{number}"), "value": option(chosen), "revision": revision}]);
        request("PATCH", &format!("/api/v1/responses/{}/answers", self.response), Some(&self.token), Some(&answer))
    }

    /// Notes the revision that came of it.
    fn told(&mut self, body: &[u8]) {
        let told: Value = serde_json::from_slice(body).unwrap_or_default();
        let place = self.saves % self.questions.len();
        self.saves += 1;
        let revision = ["/stored/0/revision", "/conflicts/0/revision"].iter().find_map(|at| told.pointer(at)?.as_i64());
        if let Some((_, known, chosen)) = self.questions.get_mut(place) {
            *known = revision.unwrap_or(*known);
            *chosen += 1;
        }
    }
}

/// The progress of a round that asks all members, for the Secretariat.
async fn progress(stand: &Stand, round: &str) -> Outcome<()> {
    let path = format!("/api/v1/rounds/{round}/progress");
    let told = call(stand.portal.address, "GET", &path, Some(&stand.token), None).await?;
    let frame = told.get("frame").and_then(Value::as_u64).unwrap_or_default();
    let requests: Arc<[Vec<u8>]> = Arc::new([request("GET", &path, Some(&stand.token), None)]);
    let load = Load { address: stand.portal.address, connections: 4, time: stand.time, requests };
    let sample = load.run().await?;
    let times = format!("p50 {:.2} ms, p99 {:.2} ms", sample.p50, sample.p99);
    let rate = format!("{}/s with 4 connections", whole(sample.rate));
    row(&format!("progress of a frame of {frame}"), &times, &rate, sample.p99, &Goal::AtMost(20.0, " ms"));
    Ok(())
}
