//! Budgets of what is opened and read (number 19): sessions and tokens, audiences of announcements, pages, cards and
//! searches of a day.

use std::sync::Arc;
use std::time::Duration;

use portal::demo::client::Answer;
use portal::throttle::Seen;
use serde_json::{Value, json};

use super::budgets::{count, id, user, waits};
use crate::support::{Expect as _, Person, TestApp, story};

#[story("database.connections=8")]
fn a19_of_tokens_made_at_once_there_are_as_many_as_allowed(t: TestApp) {
    let awa = t.ncp("SN");
    let make = || awa.post("/me/tokens", &json!({"name": "x", "scopes": ["community:read"], "expires_in_days": 7}));
    // As many at once as one session has places in the line.
    let race = |_| -> Vec<u16> {
        std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| make().status)).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        })
    };
    let statuses: Vec<u16> = (0..5).flat_map(race).collect();
    let succeeded = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(succeeded, 20, "{statuses:?}");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM api_token"), 20);
}

#[story("database.connections=8", "identity.sessions_per_person=3")]
fn a19_of_sessions_opened_at_once_there_are_as_many_as_allowed(t: TestApp) {
    let awa = t.ncp("SN");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| t.try_login("127.0.0.1", &awa.email, crate::support::PASSWORD));
        }
    });
    let open = "SELECT count(*) AS n FROM session WHERE revoked_at IS NULL \
                AND user_id IN (SELECT id FROM \"user\" WHERE name = 'Awa Diop')";
    assert_eq!(count(&t, open), 3);
}

#[story("throttle.network_forgot=2", "throttle.network_site_times=2", "throttle.network_provider_times=4")]
fn a19_a_site_and_a_provider_are_counted_with_their_networks(t: TestApp) {
    let ask =
        |from: &str| t.from(from).post("/auth/password/forgot", &json!({"email": "nobody@customs.example"})).unwrap();
    let (may, waits) = (|from: &str| drop(ask(from).expect(202)), |from: &str| waits(ask(from)));
    // Two of each /64, four of each /48, eight of the /32.
    for site in 1..3 {
        for network in 0..2 {
            let from = format!("2001:db8:{site}:{network}::1");
            may(&from);
            may(&from);
            waits(&from);
        }
        waits(&format!("2001:db8:{site}:2::1"));
    }
    waits("2001:db8:3::1");
    may("2001:db9::1");
    for host in 0..2 {
        may(&format!("203.0.113.{host}"));
        may(&format!("203.0.113.{host}"));
    }
    waits("203.0.113.2");
    may("203.0.114.2");
}

#[story("announcements.approval_above=1")]
fn a19_an_audience_is_not_split_to_avoid_a_second_person(t: TestApp) {
    for member in ["SN", "KE", "FR"] {
        t.ncp(member);
    }
    let compose = |admin: &Person, member: &str| {
        let variants = json!({"en": {"subject": "News", "body_markdown": "Hello."}});
        let draft = json!({"audience": {"members": [member]}, "default_language": "en", "variants": variants});
        id(&admin.post("/announcements", &draft).expect(201)).to_owned()
    };
    let admin = t.admin();
    let send = |admin: &Person, id: &str| admin.post(&format!("/announcements/{id}/send"), &json!({}));
    let (first, second, third) = (compose(&admin, "SN"), compose(&admin, "KE"), compose(&admin, "FR"));
    send(&admin, &first).expect(202);
    assert_eq!(send(&admin, &second).refused(409), "approval_needed");
    // Nor by the clock.
    let soon = json!({"send_at": t.clock.now().plus(Duration::from_mins(1))});
    admin.post(&format!("/announcements/{third}/schedule"), &soon).expect(200);
    t.pass(Duration::from_mins(1));
    t.dispatch();
    let held = admin.get(&format!("/announcements/{third}")).expect(200);
    assert_eq!((&held["status"], &held["cause"]), (&json!("held"), &json!("approval_needed")));
    // A second person agrees, or a day has passed.
    t.set_up("colleague@portal.example", "Colleague");
    let colleague = t.with_app(&t.login("colleague@portal.example"));
    admin.post(&format!("/announcements/{second}/submit"), &json!({})).expect(200);
    colleague.post(&format!("/announcements/{second}/approve"), &json!({})).expect(200);
    send(&t.admin(), &second).expect(202);
    t.pass(Duration::from_hours(24));
    send(&t.admin(), &third).expect(202);
}

#[story("directory.seen_per_day=30")]
fn a19_pages_and_cards_count_towards_a_day(t: TestApp) {
    t.seed(100);
    let awa = t.ncp("SN");
    let page = awa.get("/contacts?limit=10").expect(200);
    let one = id(&page["data"][0]).to_owned();
    let refused = |answer: Answer| {
        assert!(answer.header("retry-after").is_some());
        assert_eq!(answer.refused(429), "seen_enough");
    };
    for _ in 0..10 {
        awa.get(&format!("/contacts/{one}")).expect(200);
        assert_eq!(awa.get(&format!("/contacts/{one}.vcf")).status, 200);
    }
    refused(awa.get("/contacts?limit=1"));
    refused(awa.get(&format!("/contacts/{one}")));
    refused(awa.get(&format!("/contacts/{one}.vcf")));
    // Another process learns of it with the first that it shows.
    let portal = &t.portal;
    let person = user(&awa).parse().unwrap();
    let learnt = || {
        let another = Seen::new(Arc::clone(&portal.throttle), portal.db.clone(), t.clock.clone(), 30);
        another.count(person, 1);
        (0..100).any(|_| {
            t.run(portal.db.write(|_| Ok(()))).unwrap();
            another.check(person).is_err()
        })
    };
    assert!((0..5).any(|_| learnt()));
    // The Secretariat reads without a limit, and a day later the others may read again.
    t.admin().get("/contacts?limit=100").expect(200);
    t.pass(Duration::from_hours(25));
    t.login(&awa.email).get("/contacts?limit=1").expect(200);
}

#[story("directory.seen_per_day=30")]
fn a19_searches_that_find_nobody_count_towards_a_day(t: TestApp) {
    let awa = t.ncp("SN");
    for guess in 0..30 {
        let none = awa.get(&format!("/contacts?q=zzzz{guess}qqqq&limit=1&total=true&facets=region")).expect(200);
        assert_eq!(none["total"], 0, "{none}");
    }
    assert_eq!(awa.get("/contacts?q=zzzzqqqq").refused(429), "seen_enough");
}

#[story("database.connections=8", "directory.seen_per_day=200")]
fn a19_pages_asked_for_at_once_are_no_more_than_a_day_has(t: TestApp) {
    t.seed(100);
    let awa = t.ncp("SN");
    let shown = |answer: &Answer| match answer.status {
        200 => answer.json()["data"].as_array().unwrap().len(),
        503 => 0,
        status => {
            let code = answer.json()["code"].as_str().unwrap().to_owned();
            assert!(status == 429 && ["seen_enough", "work_under_way"].contains(&code.as_str()), "{}", answer.text);
            0
        }
    };
    // Contacts that a page might have shown and did not are returned to the budget.
    for guess in 0..10 {
        let page = awa.get(&format!("/contacts?q=zzzz{guess}qqqq&limit=100"));
        assert_eq!((page.status, shown(&page)), (200, 0), "{}", page.text);
    }
    let at_once: usize = std::thread::scope(|scope| {
        let ask = || shown(&awa.get("/contacts?limit=50"));
        let asked: Vec<_> = (0..40).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert!((50..250).contains(&at_once), "{at_once}");
    // The rest of the budget can be used.
    let mut sum = at_once + 10;
    while sum < 200 {
        let page = awa.get("/contacts?limit=50");
        assert_eq!(page.status, 200, "{sum}: {}", page.text);
        sum += shown(&page);
    }
    assert_eq!(awa.get("/contacts?limit=1").refused(429), "seen_enough");
}

#[story("directory.export_per_day=20", "directory.seen_per_day=30")]
fn a19_a_file_tells_for_nothing_neither_that_it_finds_somebody_nor_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(9);
    // An export counts as an export only.
    for _ in 0..2 {
        assert_eq!(awa.get("/contacts.csv").status, 200);
    }
    // That day's quota is used up, and each guess takes one of the other, right or wrong.
    for guess in 0..15 {
        assert_eq!(awa.get(&format!("/contacts.csv?q=zzzz{guess}qqqq")).status, 200);
        assert_eq!(awa.get("/contacts.csv?q=Awa").refused(429), "quota_used");
    }
    for guess in ["Awa", "zzzzqqqq"] {
        for file in ["csv", "xlsx", "vcf"] {
            assert_eq!(awa.get(&format!("/contacts.{file}?q={guess}")).refused(429), "seen_enough", "{file} {guess}");
        }
    }
}

#[story("throttle.refreshes_per_hour=12")]
fn a19_a_session_refreshes_within_a_budget(t: TestApp) {
    let awa = t.ncp("SN");
    let refresh = |token: &Value| t.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).unwrap();
    let rows = "SELECT count(*) AS n FROM refresh_token WHERE session_id IN (SELECT id FROM session \
                WHERE user_id IN (SELECT id FROM \"user\" WHERE name = 'Awa Diop'))";
    let mut tokens = awa.tokens.clone();
    for _ in 0..12 {
        tokens = refresh(&tokens["refresh_token"]).expect(200);
    }
    for _ in 0..3 {
        waits(refresh(&tokens["refresh_token"]));
    }
    assert_eq!(count(&t, rows), 13, "the first one, and one for each refresh");
    refresh(&t.login(&awa.email).tokens["refresh_token"]).expect(200);
    // The token is still good, and a client that refreshes each time that an access token runs out notices nothing.
    for _ in 0..20 {
        t.pass(Duration::from_mins(10));
        tokens = refresh(&tokens["refresh_token"]).expect(200);
    }
}
