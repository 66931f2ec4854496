//! A response that is submitted while its round is being closed (number 7).

use std::sync::mpsc;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::survey_round;

use crate::responses::{begin, complete, coordinator, round, step};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a07_nothing_is_submitted_to_a_round_that_is_being_closed(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let round = round(&t);
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    for done in ["request-review", "approve"] {
        step(&moussa, &response, done).expect(200);
    }
    let (closing, is_closing) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let closed = t.portal.db.write(move |conn| {
                diesel::update(survey_round::table).set(survey_round::state.eq("closed")).execute(conn)?;
                closing.send(()).unwrap();
                // A submission takes some milliseconds: one that did not wait for this lock would be accepted within it.
                std::thread::sleep(Duration::from_secs(1));
                Ok(())
            });
            t.run(closed).unwrap();
        });
        is_closing.recv().unwrap();
        assert_eq!(step(&moussa, &response, "submit").refused(409), "round_not_open");
    });
}
