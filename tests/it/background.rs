//! Background jobs: the operator sees each of them, and one that fails does not block the others.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use portal::db::{Access, Conn};

use crate::support::{TestApp, story};

/// The jobs of every minute, by their names in the metrics.
const HOUSE: [&str; 12] = [
    "audit_seal",
    "timetable",
    "rounds",
    "due_sections",
    "grants",
    "signing_keys",
    "sweep",
    "digests",
    "old_mails",
    "erasure",
    "files",
    "write_ahead_log",
];

/// The metrics as an operator's program reads them.
struct Metrics(String);

impl Metrics {
    fn of(t: &TestApp) -> Self {
        let answer = t.anonymous().with_token("let me see").send("GET", "/metrics", None).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        Self(answer.text)
    }

    /// The value of a metric of jobs; none where it has no line.
    fn job(&self, metric: &str, labels: &str) -> Option<i64> {
        let start = format!("portal_job_{metric}{{{labels}}} ");
        self.0.lines().find_map(|line| line.strip_prefix(&start)?.parse().ok())
    }

    /// When a job ended well and failed the last time.
    fn last(&self, job: &str) -> (Option<i64>, Option<i64>) {
        let label = format!("job_name=\"{job}\"");
        (self.job("last_success_timestamp_seconds", &label), self.job("last_error_timestamp_seconds", &label))
    }
}

#[story("server.metrics_token=let me see")]
fn an_operator_sees_each_job_once_it_ran(t: TestApp) {
    assert_eq!(Metrics::of(&t).last("sweep"), (None, None), "a process counts what it did itself");
    t.run(t.portal.run_maintenance_once()).unwrap();
    t.deliver();
    t.tell();
    let (metrics, now) = (Metrics::of(&t), t.clock.now().as_seconds());
    for job in HOUSE.into_iter().chain(["announcements", "mail_batches_look", "webhooks_look"]) {
        assert_eq!(metrics.last(job), (Some(now), None), "{job}");
        assert!(metrics.job("runs_total", &format!("job_name=\"{job}\",outcome=\"ok\"")) >= Some(1), "{job}");
        assert!(metrics.job("duration_seconds_count", &format!("job_name=\"{job}\"")) >= Some(1), "{job}");
    }
    // A loop says how often its jobs are due, also of those that never ran.
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    t.run(t.portal.run_maintenance(&stop));
    let metrics = Metrics::of(&t);
    for job in HOUSE {
        assert_eq!(metrics.job("interval_seconds", &format!("job_name=\"{job}\"")), Some(60), "{job}");
    }
}

/// Runs a statement that both databases take.
fn execute(t: &TestApp, statement: &str) {
    match portal::db::open(t.portal.db.target(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(statement).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(statement).unwrap(),
    }
}

#[story("server.metrics_token=let me see")]
fn a_job_that_fails_shows_it_and_the_others_go_on(t: TestApp) {
    let start = t.clock.now().as_seconds();
    t.run(t.portal.run_maintenance_once()).unwrap();
    execute(&t, "ALTER TABLE import_plan RENAME TO import_plan_away");
    t.pass(Duration::from_mins(1));
    assert!(t.run(t.portal.run_maintenance_once()).is_err());
    let metrics = Metrics::of(&t);
    assert_eq!(metrics.last("sweep"), (Some(start), Some(start + 60)));
    assert_eq!(metrics.job("runs_total", "job_name=\"sweep\",outcome=\"error\""), Some(1));
    for job in HOUSE.into_iter().filter(|job| *job != "sweep") {
        assert_eq!(metrics.last(job), (Some(start + 60), None), "{job}");
    }
    execute(&t, "ALTER TABLE import_plan_away RENAME TO import_plan");
    t.pass(Duration::from_mins(1));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(Metrics::of(&t).last("sweep"), (Some(start + 120), Some(start + 60)), "it went well again");
}
