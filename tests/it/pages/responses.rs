//! Pages on which an administration answers a survey: the hub, the form of a section, conflicts, the sign-off, receipts.
//! The script's part is told by what it sends.

use std::time::Duration;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::responses::contributor;
use crate::support::browser::{Browser, Page, selector};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Two sections: a choice with a number behind it, and a matrix with a text.
fn questionnaire() -> Value {
    let text = |en: &str, fr: &str| json!({"en": en, "fr": fr});
    let options = json!([{"code": "yes", "label": text("Yes", "Oui")}, {"code": "no", "label": text("No", "Non")}]);
    let rows = json!([{"code": "row_ai", "label": text("AI", "IA")}, {"code": "row_iot", "label": text("IoT", "IdO")}]);
    json!({
        "languages": ["en", "fr"],
        "title": text("Survey of the day", "Enquête du jour"),
        "sections": [
            {"code": "basics", "title": text("Basics", "Bases"), "items": [
                {"question": {"code": "it_strategy", "label": text("Strategy?", "Stratégie ?"), "required": true,
                    "concept": "it_strategy",
                    "answer": {"type": "single", "options": options}}},
                {"question": {"code": "staff", "label": text("Staff", "Personnel"), "show_if": "${it_strategy} = 'yes'",
                    "answer": {"type": "integer", "least": 0}}},
            ]},
            {"code": "technologies", "title": text("Technologies in use", "Technologies employées"), "items": [
                {"question": {"code": "used", "label": text("Do you use it?", "L’employez-vous ?"),
                    "answer": {"type": "matrix", "rows": rows, "cell": {"type": "single", "options": options}}}},
                {"question": {"code": "budget", "label": text("Budget", "Budget"), "concept": "budget",
                    "answer": {"type": "decimal"}}},
                {"question": {"code": "password_rules", "label": text("Rules for passwords", "Règles des mots de passe"),
                    "answer": {"type": "text", "is_long": true}}},
            ]},
        ],
    })
}

/// The survey with its questionnaire, and a round of it that is open for ten days; the id of the round.
pub fn opened(t: &TestApp) -> String {
    let admin = t.admin();
    let titles = json!({"en": "Survey of the day", "fr": "Enquête du jour"});
    admin.post("/surveys", &json!({"code": "day", "audience": "member", "titles": titles})).expect(201);
    admin.post("/surveys/day/versions", &json!({"questionnaire": questionnaire()})).expect(201);
    admin.post("/surveys/day/versions/1/publish", &json!({})).expect(200);
    next_round(t)
}

/// A further round of it.
fn next_round(t: &TestApp) -> String {
    let (admin, now) = (t.admin(), t.clock.now());
    let given = json!({
        "survey": "day",
        "version": 1,
        "opens_at": now.to_string(),
        "closes_at": now.plus(Duration::from_hours(240)).to_string(),
        "zone": "Africa/Dakar",
    });
    let round = admin.post("/rounds", &given).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{round}/open"), &json!({})).expect(200);
    round
}

pub fn person(t: &TestApp, name: &str, role: &'static str) -> Person {
    let mut application = Application::new("SN", name);
    application.role = role;
    t.member(&application)
}

/// The response of a round, begun by this browser: its id.
pub fn begun(browser: &mut Browser, round: &str) -> String {
    let hub = browser.open(&format!("/rounds/{round}/response"));
    let hub = browser.submit(&hub, "Begin the response", &[]);
    assert!(hub.has("The response has begun.") && hub.has("0 of 2 sections ready"), "{}", hub.text());
    let section = hub.link("Basics");
    section.strip_prefix("/responses/").and_then(|rest| rest.split('/').next()).unwrap().to_owned()
}

/// What a page knows of the answer in a field.
fn known(page: &Page, field: &str) -> String {
    let (document, begins) = (page.document(), format!("{field}="));
    let all = selector("input[name=known]");
    let mut values = document.select(&all).filter_map(|input| input.attr("value"));
    values.find(|value| value.starts_with(&begins)).expect("a field").to_owned()
}

/// What the script sends of one field.
fn autosave(page: &Page, field: &str, value: &str) -> String {
    let known = known(page, field);
    let pairs = [("language", "en"), ("known", known.as_str()), (field, value), ("whole", "1")];
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[story]
fn s07_one_form_saves_a_section_and_a_conflict_shows_both_values(t: TestApp) {
    let round = opened(&t);
    let (awa, moussa) = (t.ncp("SN"), person(&t, "Moussa Fall", "coordinator"));
    let (mut one, mut other) = (Browser::of(&t, &awa), Browser::of(&t, &moussa));
    let basics = format!("/responses/{}/sections/basics", begun(&mut one, &round));
    let form = one.open(&basics);
    let theirs = other.open(&basics);
    assert!(form.shows("fieldset[data-part=staff][disabled]"), "a rule hides it");
    let more = one.submit(&form, "Save and go to the next section", &[("q:it_strategy", "yes")]);
    assert_eq!(more.path, basics, "there is more to answer here now");
    assert!(more.has("Your answers are saved.") && more.shows("fieldset[data-part=staff]:not([disabled])"));
    // What is no number stays as it was typed, and stops nobody.
    let next = one.submit(&more, "Save and go to the next section", &[("q:staff", "a dozen")]);
    assert!(next.path.ends_with("/sections/technologies") && next.has("needs a second look"), "{}", next.text());
    let doubtful = one.open(&basics);
    assert_eq!(doubtful.value("q:staff"), "a dozen");
    assert!(doubtful.has("whole number"), "{}", doubtful.text());

    let clash = other.submit(&theirs, "Save", &[("q:it_strategy", "no")]);
    assert_eq!(clash.status, 409);
    assert!(clash.title().starts_with("Error:") && clash.has("Awa Diop"), "{}", clash.text());
    assert!(clash.shows("input[name='q:it_strategy'][value=no][checked]"), "what was chosen is still there");
    let again = other.submit(&clash, "Save", &[]);
    assert_eq!(again.status, 409, "to save once more chooses nothing");
    let kept = other.submit(&again, "Keep your colleague’s answer: Strategy?", &[]);
    assert!(kept.status == 200 && kept.shows("input[name='q:it_strategy'][value=yes][checked]"), "{}", kept.text());
    let clash = other.submit(&theirs, "Save", &[("q:it_strategy", "no")]);
    let settled = other.submit(&clash, "Keep what is in the field: Strategy?", &[]);
    assert!(settled.has("Your answers are saved."), "{}", settled.text());
    let history = other.click(&settled, "History: Strategy?");
    assert!(history.shows("tbody tr:nth-child(2)") && !history.shows("tbody tr:nth-child(3)"), "{}", history.text());
    assert!(history.has("Moussa Fall") && history.has("in the portal"), "{}", history.text());
}

#[story]
fn a_section_is_saved_before_it_is_called_ready_and_only_if_nothing_is_open(t: TestApp) {
    let round = opened(&t);
    let mut browser = Browser::of(&t, &t.ncp("SN"));
    let basics = format!("/responses/{}/sections/basics", begun(&mut browser, &round));
    let form = browser.open(&basics);
    let open = browser.submit(&form, "Mark this section as ready", &[]);
    assert_eq!(open.status, 409, "{}", open.text());
    assert!(open.has("not marked as ready") && open.has("The answer is missing: Strategy?"), "{}", open.text());
    let more = browser.submit(&open, "Mark this section as ready", &[("q:it_strategy", "yes")]);
    assert_eq!(more.path, basics, "a question is asked now that nobody has seen");
    let wrong = browser.submit(&more, "Mark this section as ready", &[("q:staff", "a dozen")]);
    assert!(wrong.status == 409 && wrong.has("The answer is to be corrected: Staff"), "{}", wrong.text());
    assert_eq!(browser.open(&basics).value("q:staff"), "a dozen", "what was typed is saved first");
    let ready = browser.submit(&wrong, "Mark this section as ready", &[("q:staff", "12")]);
    assert!(ready.has("“Basics” is marked as ready.") && ready.has("1 of 2 sections ready"), "{}", ready.text());
    let form = browser.open(&basics);
    let same = browser.submit(&form, "Save", &[]);
    assert!(same.has("All answers are saved."), "{}", same.text());
    let unready = browser.submit(&same, "Mark this section as not ready", &[]);
    assert!(unready.has("is no longer marked as ready"), "{}", unready.text());
}

#[story]
fn the_response_leads_from_section_to_section_then_to_the_check_and_the_approval(t: TestApp) {
    let round = opened(&t);
    let (awa, moussa) = (t.ncp("SN"), person(&t, "Moussa Fall", "coordinator"));
    let (mut one, mut signer) = (Browser::of(&t, &awa), Browser::of(&t, &moussa));
    begun(&mut one, &round);
    let address = format!("/rounds/{round}/response");
    let hub = one.open(&address);
    assert!(hub.has("check the answers and ask for approval. A coordinator approves"), "{}", hub.text());
    assert!(hub.shows("main a.button:not(.second)[href$='/sections/basics']"), "{}", hub.html);
    let form = one.click(&hub, "Continue: Basics");
    assert!(form.has("Save and go to the next section") && form.has("Answers can be changed until"), "{}", form.text());
    let hub = one.submit(&form, "Mark this section as ready", &[("q:it_strategy", "no")]);
    assert!(hub.has("1 of 2 sections ready"), "{}", hub.text());
    let last = one.click(&hub, "Continue: Technologies in use");
    let check = one.submit(&last, "Save and check all answers", &[]);
    assert!(check.path.ends_with("/review"), "{}", check.path);
    let hub = one.submit(&last, "Mark this section as ready", &[]);
    let check = one.click(&hub, "Check and ask for approval");
    let ask = one.click(&check, "Ask for approval");
    one.submit(&ask, "Ask for approval", &[]);
    let hub = one.open(&address);
    assert!(hub.has("When a coordinator has approved the response") && !hub.shows("main a.button"), "{}", hub.text());
    assert!(one.click(&hub, "Check all answers").path.ends_with("/review"));

    let hub = signer.open(&address);
    let check = signer.click(&hub, "Check and approve");
    let approve = signer.click(&check, "Approve");
    signer.submit(&approve, "Approve", &[]);
    let hub = signer.open(&address);
    let check = signer.click(&hub, "Check and submit");
    let submit = signer.click(&check, "Submit to the Secretariat");
    assert!(!submit.shows("main button.danger"), "to submit is no danger: {}", submit.html);
    signer.submit(&submit, "Submit to the Secretariat", &[]);
    let hub = signer.open(&address);
    assert!(hub.has("The response is submitted.") && !hub.shows("main a.button"), "{}", hub.text());
}

#[story]
fn s11_a_form_brings_back_what_was_typed_when_it_is_refused(t: TestApp) {
    let round = opened(&t);
    let mut browser = Browser::of(&t, &person(&t, "Moussa Fall", "coordinator")).in_french();
    let hub = browser.open(&format!("/rounds/{round}/response"));
    let hub = browser.submit(&hub, "Commencer la réponse", &[]);
    let form = browser.click(&hub, "Technologies employées");
    assert!(form.has("IA") && form.has("Sans réponse"), "{}", form.text());
    let saved = browser.submit(&form, "Enregistrer", &[("q:budget", "12,50"), ("q:used:row_ai", "yes")]);
    assert_eq!((saved.status, saved.value("q:budget").as_str()), (200, "12,50"));
    assert!(saved.shows("input[name='q:used:row_ai'][value=yes][checked]"));
    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    let refused = browser.submit(&saved, "Enregistrer", &[("q:budget", "13,5"), ("q:password_rules", "Aucune")]);
    assert_eq!((refused.status, refused.value("q:budget").as_str()), (409, "13,5"));
    assert!(refused.title().starts_with("Erreur") && refused.html.contains("Aucune"), "{}", refused.text());
    assert!(refused.link("Demander une prorogation").starts_with("/rounds/"));
}

#[story]
fn s09_the_script_saves_single_fields_and_tells_who_is_there(t: TestApp) {
    let round = opened(&t);
    let (awa, moussa) = (t.ncp("SN"), person(&t, "Moussa Fall", "coordinator"));
    let (mut one, mut other) = (Browser::of(&t, &awa), Browser::of(&t, &moussa));
    let response = begun(&mut one, &round);
    let basics = format!("/responses/{response}/sections/basics");
    let (form, theirs) = (one.open(&basics), other.open(&basics));
    let told = |answer: &portal::demo::client::Answer| {
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
        serde_json::from_str::<Value>(&answer.text).unwrap()
    };
    let address = format!("{basics}/autosave");
    let body = autosave(&form, "q:it_strategy", "yes");
    let first = told(&one.send("POST", &address, Some(&body)));
    assert_eq!(first["fields"]["q:it_strategy"]["is_stored"], true);
    assert!(first["shown"].as_array().unwrap().contains(&json!("staff")), "{first}");
    let twice = told(&one.send("POST", &address, Some(&body)));
    assert_eq!(twice["fields"]["q:it_strategy"]["known"], first["fields"]["q:it_strategy"]["known"]);
    let entries = awa.get(&format!("/responses/{response}/history")).expect(200);
    assert_eq!(entries["data"].as_array().unwrap().len(), 1, "sent twice, it is one entry: {entries}");

    let clash = told(&other.send("POST", &address, Some(&autosave(&theirs, "q:it_strategy", "no"))));
    let field = &clash["fields"]["q:it_strategy"];
    assert_eq!(
        (&field["is_stored"], &field["conflict"]["mine"], &field["conflict"]["theirs"]),
        (&json!(false), &json!("No"), &json!("Yes"))
    );
    assert!(field["conflict"]["who"].as_str().unwrap().contains("Awa Diop"), "{clash}");

    let presence = format!("{basics}/presence");
    assert_eq!(told(&one.send("POST", &presence, Some("leaves=false")))["said"], "");
    let seen = told(&other.send("POST", &presence, Some("leaves=false")));
    assert_eq!(seen["said"], "Here at the moment: Awa Diop");
    told(&one.send("POST", &presence, Some("leaves=true")));
    assert_eq!(told(&other.send("POST", &presence, Some("leaves=false")))["said"], "");

    let mut elsewhere = Browser::of(&t, &awa).with_header("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.send("POST", &address, Some(&body)).status, 403, "no page of another site saves");
    let mut nobody = Browser::anonymous(&t).with_header("accept", "application/json");
    assert_eq!(nobody.send("POST", &address, Some(&body)).status, 401);
}

#[story]
fn s18_a_response_is_reviewed_submitted_and_has_a_receipt_that_anybody_can_check(t: TestApp) {
    let round = opened(&t);
    let (awa, moussa) = (t.ncp("SN"), person(&t, "Moussa Fall", "coordinator"));
    let (mut one, mut signer) = (Browser::of(&t, &awa), Browser::of(&t, &moussa));
    let response = begun(&mut one, &round);
    let review = one.open(&format!("/responses/{response}/review"));
    assert!(review.has("One point is open"), "{}", review.text());
    let ask = one.open(&format!("/responses/{response}/request-review"));
    let early = one.submit(&ask, "Ask for approval", &[]);
    assert_eq!(early.status, 409, "an answer is missing");
    assert!(early.has("One answer is missing or not confirmed.") && !early.has("to be corrected"), "{}", early.text());
    let form = one.click(&review, "The answer is missing: Strategy?");
    one.submit(&form, "Save", &[("q:it_strategy", "no")]);
    let late = one.submit(&ask, "Ask for approval", &[]);
    assert!(late.status == 412 && late.has("has changed since you read it"), "{}", late.text());
    let asked = one.submit(&late, "Ask for approval", &[]);
    assert!(asked.has("Approval was requested.") && asked.has("Nothing is missing."), "{}", asked.text());
    assert!(!asked.shows("main a[href*='/approve']"), "who is no coordinator does not approve");

    let review = signer.open(&asked.path);
    let approve = signer.click(&review, "Approve");
    let approved = signer.submit(&approve, "Approve", &[]);
    let submit = signer.click(&approved, "Submit to the Secretariat");
    assert!(submit.has("each submission is kept"), "the page tells what follows: {}", submit.text());
    let receipts = signer.submit(&submit, "Submit to the Secretariat", &[("agrees", "share")]);
    assert!(receipts.has("The response is submitted. This is the receipt."), "{}", receipts.text());
    assert!(
        receipts.has("Senegal submitted its response to") && receipts.shows("main details a"),
        "{}",
        receipts.text()
    );
    let hub = signer.open(&format!("/rounds/{round}/response"));
    assert!(hub.has("submitted") && !hub.has("sections ready") && !hub.has("in progress"), "{}", hub.text());
    assert!(!hub.has("Ask for more time") && !hub.has("Assign sections"), "{}", hub.text());
    let file = signer.send("GET", &receipts.link("Submission 1 as a file"), None);
    assert_eq!(file.status, 200);
    let document = receipts.document();
    let link = document.select(&selector("main a[href^='/receipts/']")).next().unwrap();
    let address = link.attr("href").unwrap().to_owned();

    let mut nobody = Browser::anonymous(&t);
    let receipt = nobody.open(&address);
    assert!(receipt.status == 200 && receipt.has("counts") && !receipt.has("Strategy?"), "{}", receipt.text());
    let name = "submission.json";
    let same = nobody.submit_file(&receipt, "Compare", &[], Some((name, "application/json", &file.bytes)));
    assert!(same.has("exactly what this receipt is about"), "{}", same.text());
    let other = nobody.submit_file(&receipt, "Compare", &[], Some((name, "application/json", b"{}")));
    assert!(other.has("not what this receipt is about"), "{}", other.text());
    let unknown = nobody.open(&format!("/receipts/{}", "0".repeat(64)));
    assert_eq!(unknown.status, 404);
    assert!(unknown.has("not the receipt of any response") && unknown.title() == receipt.title());
    assert!(!unknown.has("Compare a file") && unknown.shows("main a[href='/']"), "{}", unknown.text());

    let closed = signer.open(&format!("/responses/{response}/sections/basics"));
    assert!(closed.path.ends_with("/review"), "what is submitted is read, not changed: {}", closed.path);
    let reopen = signer.click(&closed, "Reopen");
    let open = signer.submit(&reopen, "Reopen", &[]);
    assert!(open.has("The response is open again.") && open.has("The last submission counts"), "{}", open.text());
}

#[story]
fn a_visitor_reads_the_name_of_the_organisation_on_a_public_receipt(t: TestApp) {
    let (admin, moussa) = (t.admin(), person(&t, "Moussa Fall", "coordinator"));
    let round = crate::responses::round(&t);
    let path = format!("/rounds/{round}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch(&path, &json!({"is_participation_public": true})).expect(200);
    let response = crate::responses::begin(&moussa, &round);
    crate::responses::complete(&moussa, &response);
    let receipt = crate::responses::submit(&moussa, &response);
    let page = Browser::anonymous(&t).open(&format!("/receipts/{}", receipt["sha256"].as_str().unwrap()));
    assert!(page.has("Senegal"), "{}", page.text());
}

#[story]
fn s16_a_contributor_sees_the_assigned_sections_and_colleagues_talk_about_questions(t: TestApp) {
    let round = opened(&t);
    let (moussa, fatou) = (person(&t, "Moussa Fall", "coordinator"), contributor(&t, "SN", "Fatou Sow"));
    let mut coordinator = Browser::of(&t, &moussa);
    let response = begun(&mut coordinator, &round);
    let mut contributor = Browser::of(&t, &fatou);
    assert_eq!(contributor.open(&format!("/responses/{response}/sections/basics")).status, 404);

    let hub = coordinator.open(&format!("/rounds/{round}/response"));
    let form = coordinator.click(&hub, "Assign sections");
    let id = fatou.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let fields = [("people-basics", id.as_str()), ("due-basics", "2026-02-05")];
    let hub = coordinator.submit(&form, "Save the assignments", &fields);
    assert!(
        hub.has("The assignments are saved.") && hub.has("Assigned to: Fatou Sow, due by 5 February 2026"),
        "{}",
        hub.text()
    );

    let own = contributor.open(&format!("/rounds/{round}/response"));
    assert!(own.has("assigned to you") && !own.has("Technologies in use"), "{}", own.text());
    assert_eq!(contributor.open(&format!("/responses/{response}/sections/technologies")).status, 404);
    assert_eq!(contributor.open(&format!("/responses/{response}/assignments")).status, 403);
    let section = contributor.click(&own, "Basics");
    let talk = contributor.click(&section, "Comment: Strategy?");
    let empty = contributor.submit(&talk, "Add comment", &[("text", " ")]);
    assert_eq!(empty.status, 422);
    assert!(empty.has("Comment") && !empty.has("A word to them"), "{}", empty.text());
    assert!(contributor.click(&empty, "Survey of the day").path.ends_with("/response"), "the way to the response");
    let said = contributor.submit(&empty, "Add comment", &[("text", "Is the plan of 2024 one?")]);
    assert!(said.has("The comment was added.") && said.has("Is the plan of 2024 one?"), "{}", said.text());
    contributor.submit(&section, "Mark this section as ready", &[]);

    let read = coordinator.open(&section.path);
    assert!(read.has("1 comment: Strategy?"), "{}", read.text());
}

#[story]
fn s17_answers_of_the_last_round_are_shown_and_wait_to_be_confirmed(t: TestApp) {
    let first = opened(&t);
    let moussa = person(&t, "Moussa Fall", "coordinator");
    let before = moussa.post(&format!("/rounds/{first}/response"), &json!({})).expect(200)["id"].clone();
    let path = format!("/responses/{}", before.as_str().unwrap());
    let given = json!([
        {"question": "it_strategy", "value": "no", "revision": 0},
        {"question": "budget", "value": "5.00", "revision": 0},
    ]);
    moussa.patch(&format!("{path}/answers"), &given).expect(200);
    for step in ["request-review", "approve", "submit"] {
        moussa.post(&format!("{path}/{step}"), &json!({})).expect(200);
    }

    let second = next_round(&t);
    let mut browser = Browser::of(&t, &moussa);
    let response = begun(&mut browser, &second);
    let form = browser.open(&format!("/responses/{response}/sections/basics"));
    assert!(form.has("From your response to the previous round, 2\u{a0}February 2026"), "{}", form.text());
    assert!(form.shows("input[name='q:it_strategy'][value=no][checked]"));
    let ask = browser.click(&form, "Confirm all answers of this section");
    let confirmed = browser.submit(&ask, "Confirm all answers of this section", &[]);
    assert!(confirmed.has("One answer is confirmed.") && !confirmed.has("From your response"), "{}", confirmed.text());

    let form = browser.open(&format!("/responses/{response}/sections/technologies"));
    assert!(form.has("From your response to the previous round"), "{}", form.text());
    let saved = browser.submit(&form, "Save", &[("confirm", "q:budget")]);
    assert!(saved.has("Your answers are saved.") && !saved.has("From your response"), "{}", saved.text());
    assert_eq!(saved.value("q:budget"), "5.00");
}
