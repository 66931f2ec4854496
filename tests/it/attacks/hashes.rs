//! What the time of a login discloses after the cost of hashes was changed (number 22), counted in hashes.

use crate::passwords::{store_cheaper_hash, stored_hash};
use crate::support::{Expect as _, TestApp, story};

const HOME: &str = "198.51.100.7";
const NOBODY: &str = "nobody@customs-sn.example";
const WRONG: &str = "not her password at all";

/// How many hashes were computed of passwords.
fn hashed(t: &TestApp) -> u64 {
    let figures = t.anonymous().with_token("let me see").send("GET", "/metrics", None).unwrap().text;
    let line = figures.lines().find_map(|line| line.strip_prefix("portal_passwords_hashed_total "));
    line.expect("a figure").parse().unwrap()
}

/// How many hashes a login with a wrong password costs.
fn cost(t: &TestApp, email: &str) -> u64 {
    let before = hashed(t);
    assert_eq!(t.try_login(HOME, email, WRONG).refused(401), "wrong_credentials");
    hashed(t) - before
}

#[story("server.metrics_token=let me see")]
fn a22_a_login_costs_the_same_with_and_without_an_account(t: TestApp) {
    let (awa, other) = (t.ncp("SN"), t.ncp("KE"));
    let costs = || [NOBODY, other.email.as_str(), awa.email.as_str()].map(|email| cost(&t, email));
    assert_eq!(costs(), [1; 3]);
    // The cost was raised since, and the portal was started again.
    store_cheaper_hash(&t, &awa.email);
    t.run(t.portal.identity.learn_costs()).unwrap();
    assert_eq!(costs(), [2; 3]);
    // A right password costs one more, which renews the hash.
    let before = hashed(&t);
    t.login(&awa.email);
    assert_eq!(hashed(&t) - before, 3);
    assert!(stored_hash(&t, &awa.email).contains("m=64,t=1"));
    assert_eq!(costs(), [2; 3], "as long as the process runs");
}

#[story("server.metrics_token=let me see")]
fn a22_a_hash_of_another_cost_makes_every_login_pay_for_it(t: TestApp) {
    let awa = t.ncp("SN");
    // Another process, with other settings, has stored it.
    store_cheaper_hash(&t, &awa.email);
    assert_eq!(cost(&t, &awa.email), 2);
    assert_eq!(cost(&t, NOBODY), 2);
    assert_eq!(cost(&t, &awa.email), 2);
}
