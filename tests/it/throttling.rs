//! Logging in under attack: the requirements L1 to L10, each under its number.
//!
//! Attackers and owners come from different addresses, by the header of the proxy that the portal trusts.

use std::time::Duration;

use portal::demo::client::{Answer, Client};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

const WRONG: &str = "not her password at all";
const STRANGER: &str = "203.0.113.66";
const HOME: &str = "198.51.100.7";
/// A stranger in the owner's own network, whose failures count for both.
const NEIGHBOUR: &str = "198.51.100.66";

fn body(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    body
}

#[story]
fn l1_every_failed_login_is_answered_alike(t: TestApp) {
    let awa = t.ncp("SN");
    let suspended = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let id = suspended.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    t.admin().post(&format!("/users/{id}/suspend"), &json!({"reason": "left the service"})).expect(200);
    let unverified = Application::new("FR", "Marie Curie");
    t.anonymous().post("/registrations", &unverified.form()).unwrap().expect(202);
    let wrong = t.try_login(HOME, &awa.email, WRONG);
    for (email, password) in [
        ("nobody@customs-sn.example", PASSWORD),
        (suspended.email.as_str(), PASSWORD),
        (unverified.email.as_str(), PASSWORD),
        ("no address", PASSWORD),
        ("nul\u{0}@customs-sn.example", PASSWORD),
    ] {
        let answer = t.try_login(HOME, email, password);
        assert_eq!(body(&answer), body(&wrong), "{email}");
        let kept = |answer: &Answer| {
            let own = ["x-request-id", "date"];
            let kept = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
            kept.cloned().collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(kept(&answer), kept(&wrong), "{email}");
        assert_eq!(answer.refused(401), "wrong_credentials");
    }
}

/// The bench measures times (`cargo bench --bench flood`). This tests the reason why they are alike: if no password can
/// be hashed in time, the answer for an unknown address is the same.
#[story("identity.hash_queue=1")]
fn l2_an_unknown_address_waits_in_the_same_queue(t: TestApp) {
    let known = "root@portal.example";
    t.set_up(known, "Root");
    let (mut known_busy, mut unknown_busy) = (0, 0);
    for round in 0..20 {
        std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|number| {
                    let t = &t;
                    scope.spawn(move || {
                        let unknown = format!("nobody{round}x{number}@customs-sn.example");
                        let email = if number % 2 == 0 { known } else { unknown.as_str() };
                        let from = format!("198.51.{round}.{number}");
                        (number, t.try_login(&from, email, PASSWORD).status)
                    })
                })
                .collect();
            for (number, status) in tries.into_iter().map(|one| one.join().unwrap()) {
                assert!([200, 401, 429, 503].contains(&status), "{status}");
                let busy = u32::from(status == 503);
                if number % 2 == 0 { known_busy += busy } else { unknown_busy += busy }
            }
        });
        if known_busy > 0 && unknown_busy > 0 {
            return;
        }
    }
    panic!("a queue of one was never full: {known_busy} known, {unknown_busy} unknown");
}

#[story]
fn l3_failures_are_free_at_first_and_then_ever_slower(t: TestApp) {
    let awa = t.ncp("SN");
    for _ in 0..5 {
        t.try_login(STRANGER, &awa.email, WRONG).refused(401);
    }
    let mut waits = Vec::new();
    for _ in 0..8 {
        let refused = t.try_login(STRANGER, &awa.email, WRONG);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert_eq!(refused.refused(429), "too_many_attempts");
        waits.push(wait);
        t.pass(Duration::from_secs(wait));
        t.try_login(STRANGER, &awa.email, WRONG).refused(401);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    t.pass(Duration::from_mins(1));
    t.try_login(STRANGER, &awa.email, PASSWORD).expect(200);
    // A success resets the count, and the owner gets a mail about the failures before.
    for _ in 0..5 {
        t.try_login(STRANGER, &awa.email, WRONG).refused(401);
    }
    assert!(t.newest_mail(&awa.email).subject.contains("after several wrong passwords"));
}

#[story]
fn l3_fifty_guesses_at_once_get_five_tries(t: TestApp) {
    let awa = t.ncp("SN");
    let hashed = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..50 {
            let (t, email, hashed) = (&t, &awa.email, &hashed);
            scope.spawn(move || match t.try_login(&format!("203.0.113.{number}"), email, WRONG).status {
                401 => drop(hashed.fetch_add(1, std::sync::atomic::Ordering::SeqCst)),
                status => assert!([429, 503].contains(&status), "{status}"),
            });
        }
    });
    assert!(hashed.into_inner() <= 5);
}

#[story]
fn l3_a_network_that_guesses_keeps_no_new_device_of_the_owner_out(t: TestApp) {
    let awa = t.ncp("SN");
    // For half an hour, a guess as soon as one is admitted, from changing addresses of the same network.
    let (mut guesses, mut waited) = (0, 0);
    while waited < 1_800 {
        let guess = t.try_login(&format!("203.0.113.{}", guesses % 250), &awa.email, WRONG);
        if guess.status == 429 {
            let wait: u64 = guess.header("retry-after").unwrap().parse().unwrap();
            waited += wait;
            t.pass(Duration::from_secs(wait));
        } else {
            guess.refused(401);
            guesses += 1;
        }
    }
    assert!((30..=45).contains(&guesses), "{guesses}: one a minute, after the first ones");
    t.try_login(STRANGER, &awa.email, WRONG).refused(401);
    t.try_login(STRANGER, &awa.email, PASSWORD).refused(429);
    t.try_login(HOME, &awa.email, PASSWORD).expect(200);
    assert!(t.newest_mail(&awa.email).subject.contains("after several wrong passwords"));
}

#[story]
fn l3_new_networks_wait_together_and_few_are_admitted(t: TestApp) {
    let awa = t.ncp("SN");
    let (mut guesses, mut waited, mut network) = (0, 0, 0);
    while waited < 3_600 {
        network += 1;
        let guess = t.try_login(&format!("203.0.{network}.66"), &awa.email, WRONG);
        if guess.status == 429 {
            let wait: u64 = guess.header("retry-after").unwrap().parse().unwrap();
            waited += wait;
            t.pass(Duration::from_secs(wait));
        } else {
            guess.refused(401);
            guesses += 1;
        }
    }
    assert!(guesses <= 65, "{guesses}");
}

/// The device cookie that a login left.
fn device(answer: &Answer) -> String {
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let device = cookies.map(|(_, value)| value).find(|value| value.starts_with("__Host-device=")).unwrap();
    assert!(device.contains("HttpOnly") && device.contains("Secure") && device.contains("Path=/"), "{device}");
    device.split(';').next().unwrap().to_owned()
}

#[story]
fn l4_a_stranger_cannot_lock_the_owner_out(t: TestApp) {
    let awa = t.ncp("SN");
    let known = t.try_login(HOME, &awa.email, PASSWORD);
    let known = t.from(HOME).with_header("cookie", &device(&known));
    for _ in 0..20 {
        t.try_login(NEIGHBOUR, &awa.email, WRONG);
    }
    assert_eq!(t.try_login(HOME, &awa.email, PASSWORD).refused(429), "too_many_attempts");
    let login = |client: &Client, password: &str| {
        client.post("/auth/login", &json!({"email": awa.email, "password": password})).unwrap()
    };
    login(&known, PASSWORD).expect(200);
    // The device has a budget of its own, and a forged cookie has none.
    for _ in 0..10 {
        login(&known, WRONG).refused(401);
    }
    assert_eq!(login(&known, PASSWORD).refused(429), "too_many_attempts");
    for forged in ["__Host-device=x", "__Host-device=a.1770000000.AAAA"] {
        let forged = t.from(HOME).with_header("cookie", forged);
        assert_eq!(login(&forged, PASSWORD).refused(429), "too_many_attempts");
    }
}

#[story]
fn l5_one_network_has_one_budget_over_all_accounts(t: TestApp) {
    let login = |from: &str, number: usize| t.try_login(from, &format!("somebody{number}@customs.example"), WRONG);
    for number in 0..30 {
        login(STRANGER, number).refused(401);
    }
    assert_eq!(login(STRANGER, 30).refused(429), "too_many_attempts");
    login("203.0.113.67", 31).refused(401);
    // Of IPv6, a /64 is one subscriber.
    for number in 0..30 {
        login(&format!("2001:db8:1:2:{number:x}::1"), 100 + number).refused(401);
    }
    assert_eq!(login("2001:db8:1:2:ffff::1", 140).refused(429), "too_many_attempts");
    login("2001:db8:1:3::1", 141).refused(401);
    t.pass(Duration::from_secs(10));
    login(STRANGER, 50).refused(401);
    assert_eq!(login(STRANGER, 51).refused(429), "too_many_attempts");
}

#[story]
fn l6_unknown_addresses_are_throttled_alike(t: TestApp) {
    let awa = t.ncp("SN");
    for email in [awa.email.as_str(), "nobody@customs-sn.example", "no address"] {
        for _ in 0..5 {
            t.try_login(STRANGER, email, WRONG).refused(401);
        }
        let sixth = t.try_login(STRANGER, email, WRONG);
        assert_eq!(sixth.header("retry-after"), Some("1"));
        assert_eq!(sixth.refused(429), "too_many_attempts");
    }
}

#[story("server.trusted_proxies=", "throttle.exempt_networks=")]
fn l8_a_forwarded_address_counts_from_a_trusted_proxy_alone(t: TestApp) {
    for number in 0..30 {
        let from = format!("198.51.100.{number}");
        t.try_login(&from, &format!("somebody{number}@customs.example"), WRONG).refused(401);
    }
    assert_eq!(t.try_login("198.51.100.99", "new@customs.example", WRONG).refused(429), "too_many_attempts");
}

#[story]
fn l9_passwords_codes_and_passkeys_are_counted_apart(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    t.pass(Duration::from_secs(30));
    let challenged = t.try_login(HOME, &awa.email, PASSWORD).expect(200);
    for _ in 0..10 {
        t.try_login(STRANGER, &awa.email, WRONG);
    }
    assert_eq!(t.try_login(STRANGER, &awa.email, PASSWORD).refused(429), "too_many_attempts");
    // The challenge of before takes its code.
    let form = json!({"challenge": challenged["challenge"], "method": "totp", "code": t.code(&awa.email)});
    t.from(HOME).post("/auth/login/mfa", &form).unwrap().expect(200);
    t.from(STRANGER).post("/auth/passkey/start", &json!({})).unwrap().expect(200);
}

#[story("server.metrics_token=let me see")]
fn l10_who_has_to_wait_is_told_how_long_and_it_is_counted(t: TestApp) {
    let figures = |token: &str| t.anonymous().with_token(token).send("GET", "/metrics", None).unwrap();
    assert_eq!(t.anonymous().send("GET", "/metrics", None).unwrap().refused(401), "login_required");
    for refused in [t.anonymous().send("GET", "/metrics", None).unwrap(), figures("let me in")] {
        let problem = refused.json();
        assert!(problem["hint"].as_str().unwrap().contains("configuration"), "a login is of no use: {problem}");
    }
    assert_eq!(figures("let me in").refused(401), "token_invalid");
    for _ in 0..7 {
        t.try_login(STRANGER, "nobody@customs-sn.example", WRONG);
    }
    let refused = t.try_login(STRANGER, "nobody@customs-sn.example", WRONG);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.refused(429), "too_many_attempts");
    let answer = figures("let me see");
    for line in ["portal_throttled_total{bucket=\"login_account\"} 3", "portal_answers_total{status=\"429\"} 3"] {
        assert!(answer.text.contains(line), "{line} in {}", answer.text);
    }
}

/// The bench measures time and memory (`cargo bench --bench flood`); this tests that the excess is refused, and that
/// readers and later logins are served.
#[story("identity.hash_queue=4")]
fn r1_a_flood_of_logins_is_shed_and_nobody_else_waits(t: TestApp) {
    let awa = t.ncp("SN");
    let shed = std::sync::atomic::AtomicUsize::new(0);
    // Where machines are fast it takes more than one wave to fill a queue of four.
    for wave in 0..20 {
        std::thread::scope(|scope| {
            for number in 0..60 {
                let (t, shed) = (&t, &shed);
                scope.spawn(move || {
                    let from = format!("203.0.{wave}.{number}");
                    let answer = t.try_login(&from, &format!("somebody{wave}x{number}@customs.example"), WRONG);
                    if answer.status == 503 {
                        assert!(answer.header("retry-after").is_some());
                        answer.refused(503);
                        shed.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    } else {
                        assert_eq!(answer.refused(401), "wrong_credentials");
                    }
                });
            }
            for _ in 0..5 {
                awa.get("/contacts").expect(200);
            }
        });
        if shed.load(std::sync::atomic::Ordering::SeqCst) > 0 {
            break;
        }
    }
    assert!(shed.into_inner() > 0, "a queue of four was never full");
    t.login(&awa.email).get("/me").expect(200);
}

#[story]
fn registrations_of_one_network_are_metered(t: TestApp) {
    let apply = |number: usize, from: &str| {
        let mut form = Application::new("SN", "Awa Diop").form();
        form["email"] = json!(format!("awa{number}@customs-sn.example"));
        t.from(from).post("/registrations", &form).unwrap()
    };
    for number in 0..30 {
        apply(number, STRANGER).expect(202);
    }
    assert_eq!(apply(30, STRANGER).refused(429), "too_many_attempts");
    apply(31, HOME).expect(202);
    t.pass(Duration::from_mins(2));
    apply(32, STRANGER).expect(202);
}
