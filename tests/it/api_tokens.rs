//! API tokens: the requirement T18.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, TestApp, story};

#[story("database.connections=1")]
fn t18_an_api_token_has_scopes_an_end_and_revokes_itself(t: TestApp) {
    let awa = t.ncp("SN");
    let ask = |body: Value| awa.post("/me/tokens", &body);
    for (body, pointer) in [
        (json!({"name": "x", "scopes": ["profile:read"]}), "/expires_in_days"),
        (json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 0}), "/expires_in_days"),
        (json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 366}), "/expires_in_days"),
        (json!({"name": "x", "scopes": [], "expires_in_days": 1}), "/scopes"),
        (json!({"name": "x", "scopes": ["everything"], "expires_in_days": 1}), "/scopes/0"),
        (json!({"name": " ", "scopes": ["profile:read"], "expires_in_days": 1}), "/name"),
    ] {
        let answer = ask(body);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
    let made = ask(json!({"name": "Address book", "scopes": ["profile:read"], "expires_in_days": 30})).expect(201);
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("portal_pat_") && secret.len() > 50, "{secret}");
    let program = t.anonymous().with_token(secret);
    program.get("/me").unwrap().expect(200);
    assert_eq!(program.get("/contacts").unwrap().refused(403), "scope_missing");
    for (method, path) in
        [("POST", "/me/tokens"), ("PATCH", "/me"), ("DELETE", "/me/sessions"), ("POST", "/auth/logout")]
    {
        let body = json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 1});
        assert_eq!(program.json(method, path, &body).unwrap().refused(403), "scope_missing", "{method} {path}");
    }
    t.run(async { t.portal.db.write(|_| Ok(())).await }).unwrap();
    let list = awa.get("/me/tokens").expect(200);
    assert!(list["data"][0]["last_used_at"].is_string(), "{list}");
    assert!(!list.to_string().contains(secret));
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let id = made["id"].as_str().unwrap();
    assert_eq!(other.delete(&format!("/me/tokens/{id}")).refused(404), "not_found");
    let second = awa.post("/me/tokens", &json!({"name": "Second", "scopes": ["community:read"], "expires_in_days": 1}));
    let second = t.anonymous().with_token(second.expect(201)["token"].as_str().unwrap());
    second.get("/contacts").unwrap().expect(200);
    let revoke = |client: &portal::demo::client::Client, id: &str| {
        client.send("DELETE", &format!("/api/v1/me/tokens/{id}"), None).unwrap()
    };
    assert_eq!(revoke(&second, id).refused(404), "not_found", "itself and no other");
    assert_eq!(revoke(&program, "current").status, 204);
    let refused = program.get("/me").unwrap();
    let problem = refused.json();
    assert_eq!(refused.refused(401), "token_invalid");
    assert_eq!(problem["title"], "The API token is not valid", "{problem}");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("/me/tokens") && !hint.contains("/auth/login"), "no login makes another: {problem}");
    t.pass(Duration::from_hours(24));
    assert_eq!(second.get("/contacts").unwrap().refused(401), "token_invalid");
}
