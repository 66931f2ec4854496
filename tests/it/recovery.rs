//! Account recovery and change of address: the requirements L11 to L15, each under its number.

use std::time::Duration;

use serde_json::json;

use crate::support::{self, Application, Expect as _, PASSWORD, TestApp, has_form, story};

const NEW: &str = "velvet walnut drizzle";

fn forgot(t: &TestApp, email: &str) -> String {
    t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap().expect(202);
    t.mailed_token(email, "reset")
}

#[story]
fn l11_ten_requests_mail_three_links_and_change_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let before = t.inbox(&awa.email).len();
    for _ in 0..10 {
        t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
        // Each leaves at once: of those that wait, the newest alone would.
        t.deliver();
    }
    assert_eq!(t.inbox(&awa.email).len() - before, 3);
    awa.get("/me").expect(200);
    t.login(&awa.email);
    t.pass(Duration::from_hours(1));
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    assert_eq!(t.inbox(&awa.email).len() - before, 4);
    // Of one network there is a limit, whatever it asks for.
    let ask = |number: usize| {
        let form = json!({"email": format!("somebody{number}@customs.example")});
        t.from("203.0.113.66").post("/auth/password/forgot", &form).unwrap()
    };
    for number in 0..30 {
        ask(number).expect(202);
    }
    assert_eq!(ask(30).refused(429), "too_many_attempts");
}

#[story]
fn l12_a_reset_link_is_ours_newest_and_good_once(t: TestApp) {
    let awa = t.ncp("SN");
    let evil = t.anonymous().with_header("x-forwarded-host", "evil.example");
    let body = serde_json::to_vec(&json!({"email": awa.email})).unwrap();
    let body = Some(("application/json", body.as_slice()));
    let answer = evil.with_header("host", "evil.example").send("POST", "/api/v1/auth/password/forgot", body).unwrap();
    answer.expect(202);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("https://portal.example/reset?token=") && !mail.text.contains("evil"), "{}", mail.text);
    let (older, newer) = (mail.token("reset").unwrap(), forgot(&t, &awa.email));
    let reset =
        |token: &str| t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": NEW})).unwrap();
    assert_eq!(reset(&older).refused(410), "link_spent");
    let stored = t.run(t.portal.db.read(|conn| {
        use diesel::prelude::*;
        use portal::db::schema::one_time_token;
        Ok(one_time_token::table.select(one_time_token::hash).load::<Vec<u8>>(conn)?)
    }));
    let stored = stored.unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32 && hash != newer.as_bytes()), "hashes alone");
    reset(&newer).expect(200);
    assert_eq!(reset(&newer).refused(410), "link_spent");
    t.deliver();
    let late = forgot(&t, &awa.email);
    t.pass(Duration::from_mins(30));
    assert_eq!(reset(&late).refused(410), "link_spent");
}

#[story]
fn l12_of_fifty_uses_of_one_reset_link_one_counts(t: TestApp) {
    let awa = t.ncp("SN");
    let token = forgot(&t, &awa.email);
    let good = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..50 {
            let (t, token, good) = (&t, &token, &good);
            scope.spawn(move || {
                let form = json!({"token": token, "password": NEW});
                match t.anonymous().post("/auth/password/reset", &form).unwrap().status {
                    200 => drop(good.fetch_add(1, std::sync::atomic::Ordering::SeqCst)),
                    status => assert!([410, 429, 503].contains(&status), "{status}"),
                }
            });
        }
    });
    assert_eq!(good.into_inner(), 1);
}

#[story]
fn l13_a_reset_keeps_the_second_factor_and_ends_every_session(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let form = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 30});
    let made = awa.post("/me/tokens", &form).expect(201);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    program.get("/me").unwrap().expect(200);
    t.deliver();
    let token = forgot(&t, &awa.email);
    let done = t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": NEW})).unwrap();
    assert_eq!(done.expect(200), json!({"status": "password_changed"}), "and no token");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let refresh = json!({"refresh_token": awa.tokens["refresh_token"]});
    assert_eq!(t.anonymous().post("/auth/refresh", &refresh).unwrap().refused(401), "refresh_token_invalid");
    assert_eq!(program.get("/me").unwrap().refused(401), "token_invalid");
    assert_eq!(t.newest_mail(&awa.email).subject, "Your password was changed");
    let login = t.try_login("198.51.100.7", &awa.email, NEW).expect(200);
    assert_eq!(login["mfa_required"], true);
    assert!(login.get("access_token").is_none());
}

#[story]
fn l14_the_owner_hears_of_what_others_might_have_done(t: TestApp) {
    let awa = t.ncp("SN");
    let count = t.inbox(&awa.email).len();
    t.login(&awa.email);
    assert_eq!(t.inbox(&awa.email).len(), count, "a login from the same place is no news");
    t.try_login("203.0.113.66", &awa.email, PASSWORD).expect(200);
    let told = t.newest_mail(&awa.email);
    assert_eq!(told.subject, "Login to your account from a new program or network");
    assert!(told.text.contains("203.0.113.0/24"), "{}", told.text);
    let elsewhere = t.from("192.0.2.1").with_header("user-agent", "curl/8");
    let login = json!({"email": awa.email, "password": PASSWORD});
    elsewhere.post("/auth/login", &login).unwrap().expect(200);
    assert!(t.newest_mail(&awa.email).text.contains("curl/8"));
    for _ in 0..5 {
        t.try_login("203.0.113.66", &awa.email, "not her password at all").refused(401);
    }
    t.pass(Duration::from_secs(1));
    t.try_login("203.0.113.66", &awa.email, PASSWORD).expect(200);
    assert_eq!(t.newest_mail(&awa.email).subject, "Login to your account after several wrong passwords");
    let awa = t.login(&awa.email);
    let awa = t.with_app(&awa);
    assert_eq!(t.newest_mail(&awa.email).subject, "A second factor was added to your account");
    assert_eq!(awa.delete("/me/mfa/totp").status, 204);
    assert_eq!(t.newest_mail(&awa.email).subject, "A second factor was removed from your account");
    awa.post("/me/password", &json!({"current_password": PASSWORD, "new_password": NEW}));
    assert_eq!(t.newest_mail(&awa.email).subject, "Your password was changed");
}

const MOVED: &str = "awa.diop@douanes.example";

#[story]
fn l15_an_address_is_moved_once_the_new_one_confirms(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_mins(6));
    assert_eq!(awa.post("/me/email", &json!({"email": MOVED})).refused(401), "reauth_required");
    let proven = awa.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let awa = t.person(&awa.email, &proven);
    assert_eq!(awa.post("/me/email", &json!({"email": "no address"})).refused(422), "invalid");
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    assert_eq!(awa.get("/me").expect(200)["email"], awa.email.as_str(), "not before it is confirmed");
    assert!(t.newest_mail(&awa.email).token("undo-address").is_some());
    let token = t.mailed_token(MOVED, "confirm-address");
    let page = t.anonymous().send("GET", &format!("/confirm-address?token={token}"), None).unwrap();
    assert!(has_form(&page.text), "{}", page.text);
    assert_eq!(awa.get("/me").expect(200)["email"], awa.email.as_str(), "not by opening the link");
    let confirm = || t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap();
    confirm().expect(200);
    assert_eq!(confirm().refused(410), "link_spent");
    let me = awa.get("/me").expect(200);
    assert_eq!(me["email"], MOVED);
    let colleague = t.member(&Application::new("FR", "Marie Curie"));
    let shown = colleague.get("/contacts?q=awa").expect(200);
    assert_eq!(shown["data"][0]["email"], MOVED);
    t.login(MOVED);
    assert_eq!(t.try_login("198.51.100.7", &awa.email, PASSWORD).refused(401), "wrong_credentials");
}

#[story]
fn l15_the_old_address_can_take_the_move_back(t: TestApp) {
    let awa = t.ncp("SN");
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let undo = t.mailed_token(&awa.email, "undo-address");
    let token = t.mailed_token(MOVED, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    t.pass(Duration::from_hours(24 * 6));
    let page = support::press(&t.anonymous(), "/undo-address", &format!("token={undo}"));
    assert!(page.status == 200 && page.text.contains("Your previous address has been restored"), "{}", page.text);
    let again = t.anonymous().post("/auth/email/undo", &json!({"token": undo})).unwrap();
    assert_eq!(again.refused(410), "link_spent");
    // An attacker with the password is locked out; the reader of the old mailbox is in.
    for email in [MOVED, awa.email.as_str()] {
        assert_eq!(t.try_login("198.51.100.7", email, PASSWORD).refused(401), "wrong_credentials");
    }
    let token = t.mailed_token(&awa.email, "reset");
    t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": NEW})).unwrap().expect(200);
    t.try_login("198.51.100.7", &awa.email, NEW).expect(200);
}

#[story]
fn l15_a_thief_cannot_cut_the_way_back_nor_leave_a_factor_behind(t: TestApp) {
    let awa = t.ncp("SN");
    // An attacker at her unlocked desk adds his own app and moves the account, twice.
    let thief = t.with_app(&awa);
    t.deliver();
    thief.post("/me/email", &json!({"email": MOVED})).expect(202);
    let way_back = t.mailed_token(&awa.email, "undo-address");
    let token = t.mailed_token(MOVED, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    t.pass(Duration::from_mins(1));
    thief.post("/me/email", &json!({"email": "thief@elsewhere.example"})).expect(202);
    t.deliver();
    let his = t.inbox(MOVED).iter().filter_map(|mail| mail.token("undo-address")).next_back().unwrap();
    let undo = |token: &str| t.anonymous().post("/auth/email/undo", &json!({"token": token})).unwrap();
    undo(&way_back).expect(200);
    assert_eq!(undo(&his).refused(410), "link_spent");
    let token = t.mailed_token(&awa.email, "reset");
    t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": NEW})).unwrap().expect(200);
    let back = t.try_login("198.51.100.7", &awa.email, NEW).expect(200);
    assert!(back["access_token"].is_string(), "his app is no factor any more: {back}");
}

#[story]
fn a_reset_ends_a_change_of_address_that_waits(t: TestApp) {
    let awa = t.ncp("SN");
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let confirm = t.mailed_token(MOVED, "confirm-address");
    let token = forgot(&t, &awa.email);
    t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": NEW})).unwrap().expect(200);
    let late = t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap();
    assert_eq!(late.refused(410), "link_spent");
    t.try_login("198.51.100.7", &awa.email, NEW).expect(200);
}

#[story]
fn nobody_fills_anothers_mailbox(t: TestApp) {
    let awa = t.ncp("SN");
    let ask = |number: usize| awa.post("/me/email", &json!({"email": format!("victim{number}@customs.example")}));
    for number in 0..10 {
        ask(number).expect(202);
    }
    assert_eq!(ask(10).refused(429), "too_many_attempts");
    assert_eq!(awa.post("/me/email", &json!({"email": awa.email})).json()["errors"][0]["code"], "same_address");
    let victim = Application::new("KE", "Wanjiru Kamau");
    for _ in 0..10 {
        t.anonymous().post("/registrations", &victim.form()).unwrap().expect(202);
    }
    assert_eq!(t.inbox(&victim.email).len(), 3);
}

#[story]
fn an_address_that_is_taken_is_answered_alike(t: TestApp) {
    let awa = t.ncp("SN");
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let taken = awa.post("/me/email", &json!({"email": other.email}));
    let free = awa.post("/me/email", &json!({"email": MOVED}));
    assert_eq!((taken.status, taken.text), (free.status, free.text));
    assert_eq!(t.newest_mail(&other.email).subject, "You already have an account");
}
