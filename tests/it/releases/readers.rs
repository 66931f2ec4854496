//! What many readers of releases cost: whatever they ask for is written once, and who has it already costs nothing.

use std::sync::{Barrier, mpsc};

use portal::demo::client::Answer;
use portal::error::Error;
use portal::http::Metrics;
use portal::i18n::Language;
use portal::releases::{ReleaseForm, Releases, ResultsFormat, TableFormat};
use serde_json::json;

use super::{closed, open};
use crate::support::{Expect as _, TestApp, rendered, story};

/// The tag of an answer, without its quotes.
fn mark(answer: &Answer) -> &str {
    answer.header("etag").unwrap().trim_matches('"')
}

#[story]
fn a05_a_chart_that_a_browser_has_already_costs_nothing(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let visitor = t.anonymous();
    for path in ["charts/maturity.svg?lang=fr", "results.xlsx?lang=en", "sdmx.csv", "results?by=region", "results.json"]
    {
        let path = format!("/releases/{release}/{path}");
        let first = visitor.get(&path).unwrap();
        assert_eq!((first.status, first.header("cache-control")), (200, Some("public, max-age=86400")), "{path}");
        let vary = first.header("vary").unwrap();
        assert!(vary.contains("accept-language") && vary.contains("cookie"), "{path}: {vary}");
        let written = t.rendered("release_answer");
        let again = visitor.with_header("if-none-match", first.header("etag").unwrap()).get(&path).unwrap();
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        assert_eq!(again.header("cache-control"), first.header("cache-control"), "{path}");
        assert_eq!(visitor.get(&path).unwrap().bytes, first.bytes, "{path}");
        assert_eq!(t.rendered("release_answer"), written, "{path}: nobody writes it again");
    }
    assert_eq!(t.rendered("release"), 1, "it was read once for all of that");

    // A portal that has just started knows the mark before it has read anything of what the release tells.
    let workbook = visitor.get(&format!("/releases/{release}/results.xlsx?lang=en")).unwrap();
    let (portal, metrics) = (&t.portal, Metrics::default());
    let (foundation, catalogue) = (portal.foundation.clone(), portal.catalogue.clone());
    let started = Releases::new(foundation, catalogue, portal.heavy_work.clone(), metrics.clone());
    let form = ReleaseForm::File(ResultsFormat::Table(TableFormat::Xlsx), Language::En);
    let asked = t.run(started.asked(None, release.parse().unwrap(), form)).unwrap();
    assert_eq!(asked.mark().0, Some(mark(&workbook)));
    assert_eq!((rendered(&metrics, "release"), rendered(&metrics, "release_answer")), (0, 0));
}

#[story]
fn each_form_of_a_release_has_a_mark_of_its_own(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let other = round.published(&t, &json!({"audience": "public"}));
    let visitor = t.anonymous();
    let mut marks = std::collections::BTreeSet::new();
    let forms = [
        "results.csv?lang=en",
        "results.csv?lang=fr",
        "results.csv?lang=en&separator=tab",
        "results.xlsx?lang=en",
        "sdmx.csv",
        "results.json",
        "results?lang=en",
        "results?lang=en&by=region",
        "results?lang=en&question=maturity",
        "charts/maturity.svg?lang=en",
        "charts/maturity.svg?lang=en&by=region",
        "charts/willing.svg?lang=en",
    ];
    for release in [&release, &other] {
        for form in forms {
            let answer = visitor.get(&format!("/releases/{release}/{form}")).unwrap();
            assert_eq!(answer.status, 200, "{form}");
            assert!(marks.insert(mark(&answer).to_owned()), "{form}");
        }
    }
    // What there is not is not there for who asks whether there is anything.
    let whatever = visitor.with_header("if-none-match", "*");
    assert_eq!(whatever.get(&format!("/releases/{release}/charts/nothing.svg")).unwrap().refused(404), "not_found");
    assert_eq!(whatever.get(&format!("/releases/{release}/charts/maturity.svg")).unwrap().status, 304);
}

#[story]
fn what_is_for_members_stays_with_its_reader(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let path = format!("/releases/{release}/charts/maturity.svg?lang=en");
    let chart = awa.get(&path);
    assert_eq!(chart.header("cache-control"), Some("private, no-cache"));
    let tag = chart.header("etag").unwrap();
    assert_eq!(awa.with_header("if-none-match", tag).get(&path).status, 304);
    let stranger = t.anonymous().with_header("if-none-match", tag).get(&path).unwrap();
    assert_eq!(stranger.header("cache-control"), Some("no-store"));
    assert_eq!(stranger.refused(404), "not_found", "the rights are judged before the mark");
}

#[story]
fn a05_simultaneous_requests_write_one_file(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let (visitor, path) = (t.anonymous(), format!("/releases/{release}/results.xlsx?lang=en"));
    let start = Barrier::new(20);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || {
            start.wait();
            visitor.get(&path).unwrap()
        };
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.bytes == answers[0].bytes));
    assert_eq!((t.rendered("release"), t.rendered("release_answer")), (1, 1));
}

/// Different requests that may be under way at once: two that are written, and those that wait.
const MOST: usize = 2 + 32;

#[story("heavy_work.threads=1")]
fn a05_so_many_different_answers_wait_to_be_written_and_no_more(t: TestApp) {
    let round = open(&t, "scs");
    round.submit(&t, &round.answers(), false);
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    // Other work takes the only thread until it may end.
    let (lane, (begun, has_begun)) = (t.portal.heavy_work.clone(), mpsc::channel::<()>());
    let (end, ends) = mpsc::channel::<()>();
    let other = move || {
        begun.send(()).map_err(Error::internal)?;
        ends.recv().map_err(Error::internal)
    };
    let working = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(lane.beside(other)).unwrap();
    });
    has_begun.recv().unwrap();
    let (answered, answers) = mpsc::channel();
    std::thread::scope(|scope| {
        for number in 0..MOST + 6 {
            let (visitor, answered) = (t.anonymous(), answered.clone());
            let path = format!("/releases/{release}/results?question=nothing_{number}");
            scope.spawn(move || answered.send(visitor.get(&path).unwrap()).unwrap());
        }
        for _ in 0..6 {
            let refused = answers.recv().unwrap();
            assert!(refused.header("retry-after").is_some(), "{}", refused.text);
            assert_eq!(refused.refused(503), "busy");
        }
        end.send(()).unwrap();
        for _ in 0..MOST {
            assert_eq!(answers.recv().unwrap().refused(400), "bad_query");
        }
    });
    working.join().unwrap();
    assert_eq!(t.rendered("release"), 1, "who waited has read the same release");
}
