//! What one process ends, another refuses: sessions, what they made, and invitations of whoever was suspended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::site::{ADMIN, PATIENCE, Process, Site, code_in, pair, within};
use crate::support::backend::Backend;
use crate::support::{Expect as _, PASSWORD, story};

#[story]
fn t10_t11_what_one_process_ends_the_other_refuses(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let tokens = first.tokens(&secret);
    let (here, there) = (first.with(&tokens), second.with(&tokens));
    there.get("/registrations").unwrap().expect(200);
    assert_eq!(here.post("/auth/logout", &json!({})).unwrap().status, 204);
    here.get("/me").unwrap().refused(401);
    // Two seconds, and the time of a request on a slow machine.
    within(Duration::from_secs(3), || there.get("/me").unwrap().status == 401);

    let (well, said) =
        site.run(&["admin", "create", "--email", "second@portal.example", "--name", "Second"], Some(PASSWORD));
    assert!(well, "{said}");
    let other = first.login("second@portal.example", PASSWORD).expect(200);
    let (here, there) = (first.with(&other), second.with(&other));
    let id = there.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
    // The code of now is used; that of half a minute ahead is good too.
    let challenged = first.login(ADMIN, PASSWORD).expect(200);
    let admin = first.second(&challenged["challenge"], &code_in(&secret, 30)).expect(200);
    let suspend = json!({"reason": "left"});
    first.with(&admin).post(&format!("/users/{id}/suspend"), &suspend).unwrap().expect(200);
    here.get("/me").unwrap().refused(401);
    within(Duration::from_secs(3), || there.get("/me").unwrap().status == 401);
}

/// While the Secretariat ends a person's access on one process, programs of that session make API tokens on another.
#[story]
fn a07_what_one_process_revokes_leaves_nothing_made_by_another(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let (well, said) =
        site.run(&["admin", "create", "--email", "second@portal.example", "--name", "Second"], Some(PASSWORD));
    assert!(well, "{said}");
    let admin = first.with(&first.tokens(&secret));
    let form = json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 365});
    for round in 0..4 {
        let thief = second.with(&second.login("second@portal.example", PASSWORD).expect(200));
        let id = thief.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
        let made = AtomicUsize::new(0);
        let ended = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let 201 = thief.post("/me/tokens", &form).unwrap().status {
                        made.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            within(PATIENCE, || made.load(Ordering::SeqCst) > round);
            admin.send("DELETE", &format!("/api/v1/users/{id}/sessions"), None).unwrap().status
        });
        assert_eq!(ended, 204);
        assert!(made.into_inner() > round);
        let owner = second.with(&second.login("second@portal.example", PASSWORD).expect(200));
        assert_eq!(owner.get("/me/tokens").unwrap().expect(200)["data"], json!([]), "round {round}");
    }
}

#[story]
fn a08_who_is_suspended_on_one_process_asks_nobody_in_on_another(backend: &'static Backend) {
    let site = Site::new(backend);
    let (secret, another) = (site.administrator(), site.administrator_at("second@portal.example", "Second"));
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let inviter = second.with(&second.tokens_of("second@portal.example", &another));
    let user = inviter.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
    let addresses: Vec<String> = (0..6).map(|number| format!("guest-{number}@douanes.example")).collect();
    for address in &addresses {
        let form = json!({"email": address, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        inviter.post("/invitations", &form).unwrap().expect(201);
    }
    let mut tokens = Vec::new();
    within(PATIENCE, || {
        tokens = addresses.iter().filter_map(|address| site.invitation_to(address)).collect();
        tokens.len() == addresses.len()
    });
    let accept = |process: &Process, token: &String| {
        process.client.post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap()
    };
    let admin = first.with(&first.tokens(&secret));
    let (at_once, after) = tokens.split_at(3);
    let raced: Vec<u16> = std::thread::scope(|scope| {
        let both = [&first, second];
        let tries: Vec<_> = at_once
            .iter()
            .zip([0, 1, 1])
            .map(|(token, at)| scope.spawn(move || accept(both[at], token).status))
            .collect();
        let reason = json!({"reason": "An incident."});
        admin.post(&format!("/users/{user}/suspend"), &reason).unwrap().expect(200);
        // A request after the answer comes too late, on any process.
        for token in after {
            assert_eq!(accept(second, token).refused(410), "link_spent");
        }
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(raced.iter().all(|status| [200, 410].contains(status)), "{raced:?}");
    let in_force = raced.iter().filter(|&&status| status == 200).count();
    let count = |status: &str| {
        let rows = admin.get(&format!("/appointments?role=ncp&status={status}&limit=100")).unwrap().expect(200);
        rows["data"].as_array().unwrap().len()
    };
    assert_eq!(count("active"), in_force);
    within(PATIENCE, || count("withdrawn") == addresses.len() - in_force);
}
