//! Tests of jobs that succeed, fail and panic. Hours pass only in schedules: a test that waits one out never ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use prometheus_client::registry::Registry;
use tokio::sync::Notify;

use super::*;
use crate::time::Timestamp;

const HOUR: Duration = Duration::from_hours(1);

/// What a job does in a run.
#[derive(Clone, Copy)]
enum Does {
    Things(usize),
    Fails,
    Panics,
    Rests,
    Hangs,
}

/// A job that does one thing after the other, and stops the loop with the last one.
struct Scripted {
    name: &'static str,
    script: Vec<Does>,
    runs: Arc<AtomicUsize>,
    stop: CancellationToken,
}

impl Job for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn step(&mut self) -> Result<Done, Error> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        if run + 1 == self.script.len() {
            self.stop.cancel();
        }
        match self.script[run] {
            Does::Things(things) => Ok(Done::Things(things)),
            Does::Fails => Err(Error::internal("on purpose")),
            Does::Panics => panic!("on purpose"),
            Does::Rests => Ok(Done::SetAside),
            Does::Hangs => std::future::pending().await,
        }
    }
}

/// A runner, its clock and its metrics.
struct Bench {
    runner: Runner,
    clock: Clock,
    registry: Registry,
    stop: CancellationToken,
}

impl Bench {
    fn new() -> Self {
        let (clock, figures) = (Clock::manual(Timestamp::from_micros(7_000_000)), Figures::default());
        let mut registry = Registry::with_prefix("portal");
        figures.register(&mut registry);
        Self { runner: Runner::new(clock.clone(), figures), clock, registry, stop: CancellationToken::new() }
    }

    fn job(&self, name: &'static str, script: &[Does]) -> Scripted {
        Scripted { name, script: script.to_vec(), runs: Arc::default(), stop: self.stop.clone() }
    }

    /// The value of a metric; none without such a line.
    fn figure(&self, line: &str) -> Option<f64> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry).unwrap();
        text.lines().find_map(|each| each.strip_prefix(line)?.trim().parse().ok())
    }
}

#[tokio::test]
async fn one_that_fails_keeps_none_of_the_others_and_is_run_again() {
    let bench = Bench::new();
    let mut jobs = [
        bench.job("fails", &[Does::Fails, Does::Things(2), Does::Things(0)]),
        bench.job("panics", &[Does::Panics, Does::Panics, Does::Things(0)]),
        bench.job("whole", &[Does::Things(3), Does::Things(4), Does::Things(0)]),
    ];
    for (job, is_well) in jobs.iter_mut().zip([false, false, true]) {
        assert_eq!(bench.runner.run(job).await.is_ok(), is_well, "{}", job.name);
    }
    bench.clock.advance(Duration::from_mins(1));
    let schedule = Schedule::every(Duration::ZERO);
    bench.runner.serve(&mut jobs, &schedule, &bench.stop).await;
    let runs = jobs.each_ref().map(|job| job.runs.load(Ordering::SeqCst));
    assert_eq!(runs, [3, 3, 3]);
    for (line, value) in [
        ("portal_job_runs_total{job_name=\"fails\",outcome=\"error\"}", 1.0),
        ("portal_job_runs_total{job_name=\"fails\",outcome=\"ok\"}", 2.0),
        ("portal_job_runs_total{job_name=\"panics\",outcome=\"panic\"}", 2.0),
        ("portal_job_runs_total{job_name=\"whole\",outcome=\"ok\"}", 3.0),
        ("portal_job_things_total{job_name=\"whole\"}", 7.0),
        ("portal_job_last_error_timestamp_seconds{job_name=\"fails\"}", 7.0),
        ("portal_job_last_error_timestamp_seconds{job_name=\"panics\"}", 67.0),
        ("portal_job_last_success_timestamp_seconds{job_name=\"fails\"}", 67.0),
        ("portal_job_duration_seconds_count{job_name=\"whole\"}", 3.0),
    ] {
        assert_eq!(bench.figure(line), Some(value), "{line}");
    }
    assert_eq!(bench.figure("portal_job_last_error_timestamp_seconds{job_name=\"whole\"}"), None);
}

#[tokio::test]
async fn one_that_rests_is_neither_well_nor_failed() {
    let bench = Bench::new();
    let mut job = bench.job("rests", &[Does::Rests]);
    assert_eq!(bench.runner.run(&mut job).await.unwrap(), 0);
    assert_eq!(bench.figure("portal_job_runs_total{job_name=\"rests\",outcome=\"set_aside\"}"), Some(1.0));
    assert_eq!(bench.figure("portal_job_last_success_timestamp_seconds{job_name=\"rests\"}"), None);
}

#[tokio::test]
async fn one_that_is_to_go_on_waits_only_when_nothing_is_due() {
    let bench = Bench::new();
    let woken = Arc::new(Notify::new());
    let mut jobs = [bench.job("goes_on", &[Does::Things(1), Does::Things(1), Does::Things(0), Does::Things(0)])];
    let runs = Arc::clone(&jobs[0].runs);
    let schedule = Schedule::every(HOUR).or_when(&woken).until_nothing_is_due();
    let waker = async {
        while runs.load(Ordering::SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
        woken.notify_one();
    };
    tokio::join!(bench.runner.serve(&mut jobs, &schedule, &bench.stop), waker);
    assert_eq!(runs.load(Ordering::SeqCst), 4, "the last one was woken");
    assert_eq!(bench.figure("portal_job_interval_seconds{job_name=\"goes_on\"}"), Some(3_600.0));
}

#[tokio::test]
async fn one_that_may_be_given_up_is_when_the_portal_stops() {
    let bench = Bench::new();
    let mut jobs = [bench.job("hangs", &[Does::Hangs])];
    let schedule = Schedule::every(HOUR).given_up_at_stop();
    bench.runner.serve(&mut jobs, &schedule, &bench.stop).await;
    assert_eq!(bench.figure("portal_job_duration_seconds_count{job_name=\"hangs\"}"), None);
}

#[tokio::test]
async fn one_that_waits_first_is_not_run_where_the_portal_stops_before() {
    let bench = Bench::new();
    let mut jobs = [bench.job("later", &[Does::Things(1)])];
    bench.stop.cancel();
    bench.runner.serve(&mut jobs, &Schedule::every(HOUR).after_a_wait(), &bench.stop).await;
    assert_eq!(jobs[0].runs.load(Ordering::SeqCst), 0);
    bench.runner.serve(&mut jobs, &Schedule::every(HOUR), &bench.stop).await;
    assert_eq!(jobs[0].runs.load(Ordering::SeqCst), 1, "one that does not wait has its round");
}
