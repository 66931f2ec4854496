//! `XLSForm`: ten forms as survey offices write them, in real workbooks, and what the portal says of each.

use portal::demo::client::Answer;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::{SHIPPED, XLSX, commit, file, import, make, publish};
use crate::support::{Expect as _, Person, TestApp, story};

const YES_NO: &str = "
    [choices]
    list_name | name | label::English (en) | label::French (fr)
    yn | yes | Yes | Oui
    yn | no | No | Non
";
const SETTINGS: &str = "
    [settings]
    form_title | form_id | default_language
    Survey | survey | English (en)
";

/// A workbook from text: a line with `[name]` begins a sheet, cells are between `|`, numbers are numbers.
fn workbook(text: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let mut row = 0;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            workbook.add_worksheet().set_name(name).unwrap();
            row = 0;
            continue;
        }
        let last = workbook.worksheets().len() - 1;
        let sheet = workbook.worksheet_from_index(last).unwrap();
        for (column, cell) in (0_u16..).zip(line.split('|').map(str::trim)) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
        row += 1;
    }
    workbook.save_to_buffer().unwrap()
}

/// What is said of a form: each fault as sheet, row, column, code, word.
fn faults(plan: &Value) -> Vec<String> {
    let told = plan["faults"].as_array().unwrap().iter().map(|fault| {
        let text = |key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let nearest = fault["nearest"].as_str().map_or(String::new(), |nearest| format!(" → {nearest}"));
        let (sheet, column, code, value) = (text("sheet"), text("column"), text("code"), text("value"));
        assert!(text("detail").ends_with('.'), "a sentence: {fault}");
        format!("{sheet} {} {column}: {code} {value}{nearest}", fault["row"]).trim_end().to_owned()
    });
    told.collect()
}

fn read(t: &TestApp, form: &str) -> Value {
    let admin = t.admin();
    make(&admin, "scs", "member");
    import(&admin, "scs", XLSX, &workbook(form)).expect(201)
}

/// Publishes a form that has no faults, and brings what comes out of it in again.
fn comes_back(admin: &Person, plan: &Value) {
    assert_eq!(faults(plan), [""; 0]);
    let draft = commit(admin, "scs", plan, &json!({})).expect(201);
    assert_eq!(draft["questionnaire"], plan["questionnaire"]);
    publish(admin, "scs", 1).expect(200);
    let again = import(admin, "scs", XLSX, &file(admin, "scs", 1, "xlsx")).expect(201);
    assert_eq!((&again["faults"], &again["notes"]), (&json!([]), &json!([])));
    assert_eq!(again["questionnaire"], plan["questionnaire"]);
}

#[story]
fn x1_a_group_with_a_choice_and_a_number_is_accepted(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr) | required
            begin group | basics | Basics | Bases |
            select_one yn | it_strategy | Strategy? | Stratégie ? | yes
            integer | staff | Staff | Personnel |
            end group
            {YES_NO} {SETTINGS}"
        ),
    );
    assert_eq!(plan["questionnaire"]["languages"], json!(["en", "fr"]));
    comes_back(&t.admin(), &plan);
}

#[story]
fn x2_a_follow_up_and_a_constraint_are_accepted(t: TestApp) {
    let plan = read(
        &t,
        "[survey]
        type | name | label::en | label::fr | relevant | constraint | constraint_message::en | constraint_message::fr
        begin_group | use | Use | Usage | | | |
        select_multiple tech | used | Used | Utilisées | | count-selected(.) <= 3 | Three at most | Trois au plus
        text | use_of_ai | For what? | Pourquoi ? | selected(${used},‘ai_ml’) and not(selected(${used},'none')) | | |
        end_group
        [choices]
        list_name | name | label::en | label::fr | exclusive
        tech | ai_ml | AI | IA |
        tech | cloud | Cloud | Nuage |
        tech | none | None | Aucune | yes
        [settings]
        form_title | default_language
        Technologies | en",
    );
    let rule = &plan["questionnaire"]["sections"][0]["items"][1]["question"]["show_if"];
    assert_eq!(*rule, "selected(${used}, 'ai_ml') and not(selected(${used}, 'none'))");
    comes_back(&t.admin(), &plan);
}

#[story]
fn x3_a_rule_on_a_later_question_is_told_with_its_cell(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr) | relevant
            text | reason | Why not? | Pourquoi ? | ${{it_strategy}} = 'no'
            select_one yn | it_strategy | Strategy? | Stratégie ? |
            {YES_NO} {SETTINGS}"
        ),
    );
    assert_eq!(faults(&plan), ["survey 2 relevant: rule_on_later_question it_strategy"]);
    let draft = commit(&t.admin(), "scs", &plan, &json!({"with_faults": true})).expect(201);
    assert_eq!(draft["faults"][0]["code"], "rule_on_later_question", "the draft can be mended");
}

#[story]
fn x4_a_rule_on_an_unknown_question_names_the_nearest_one(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr) | bind:relevant
            select_one yn | it_strategy | Strategy? | Stratégie ? |
            text | reason | Why not? | Pourquoi ? | ${{it_stratgy}} = 'no'
            {YES_NO} {SETTINGS}"
        ),
    );
    assert_eq!(faults(&plan), ["survey 3 bind:relevant: unknown_question it_stratgy → it_strategy"]);
}

#[story]
fn x5_missing_languages_are_told_by_cell_and_by_bare_column(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr) | hint
            select_one yn | it_strategy | Strategy? | |
            integer | staff | Staff | Personnel | All of them
            {YES_NO} {SETTINGS}"
        ),
    );
    let mut told = faults(&plan);
    told.sort();
    assert_eq!(told, ["survey 2 label::French (fr): missing_language fr", "survey 3 hint: missing_language en fr"]);
}

#[story]
fn x6_equal_codes_in_a_list_are_told_at_both_rows(t: TestApp) {
    let plan = read(
        &t,
        "[survey]
        type | name | label::en
        select_one yn | it_strategy | Strategy?
        [choices]
        list_name | name | label::en
        yn | 1 | Yes
        yn | 0 | No
        yn | 1 | Certainly
        [settings]
        form_title | default_language | allow_choice_duplicates
        Survey | en | yes",
    );
    assert_eq!(faults(&plan), ["choices 2 name: duplicate_code 1", "choices 4 name: duplicate_code 1"]);
    assert_eq!(plan["notes"][0]["code"], "ignored_column");
    assert_eq!(plan["notes"][0]["detail"], "This column was not read.");
}

#[story]
fn x7_a_code_with_a_blank_is_told_in_both_kinds_of_choice(t: TestApp) {
    let plan = read(
        &t,
        "[survey]
        type | name | label::en
        select_multiple tech | used | Used
        select_one stage | stage | Stage
        [choices]
        list name | name | label::en
        tech | big data | Big data
        tech | cloud | Cloud
        stage | first steps | First steps",
    );
    assert_eq!(
        faults(&plan),
        ["choices 2 name: code_with_space big data", "choices 4 name: code_with_space first steps"]
    );
}

#[story]
fn x8_or_other_is_told_with_what_takes_its_place(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr)
            select_multiple yn or_other | used | Used | Utilisées
            {YES_NO} {SETTINGS}"
        ),
    );
    assert_eq!(faults(&plan), ["survey 2 type: or_other yn"]);
    let told = plan["faults"][0]["detail"].as_str().unwrap();
    assert!(told.contains("add an option and a text question"), "{told}");
}

#[story]
fn x9_a_table_is_one_matrix_and_goes_out_as_the_same_group(t: TestApp) {
    let plan = read(
        &t,
        &format!(
            "[survey]
            type | name | label::English (en) | label::French (fr) | appearance
            begin group | status | In use? | En service ? | table-list
            select_one yn | ai_ml | AI | IA |
            select_one yn | cloud | Cloud | Nuage |
            end group
            {YES_NO} {SETTINGS}"
        ),
    );
    let answer = &plan["questionnaire"]["sections"][0]["items"][0]["question"]["answer"];
    assert_eq!((&answer["type"], &answer["rows"][1]["code"]), (&json!("matrix"), &json!("cloud")));
    comes_back(&t.admin(), &plan);
}

#[story]
fn x10_what_collects_data_in_the_field_is_told_place_by_place(t: TestApp) {
    let plan = read(
        &t,
        "[survey]
        type | name | label::en | calculation | choice_filter
        begin repeat | visits | Visits | |
        text | place | Place | |
        end repeat | | | |
        calculate | number | | count(${visits}) |
        geopoint | position | Position | |
        select_one regions | region | Region | |
        select_one towns | town | Town | | region = ${region}
        [choices]
        list_name | name | label::en | region
        regions | north | North |
        regions | south | South |
        towns | a | A | north
        towns | b | B | south",
    );
    assert_eq!(
        faults(&plan),
        [
            "survey 2 type: unsupported_type repeat",
            "survey 5 type: unsupported_type calculate",
            "survey 6 type: unsupported_type geopoint",
            "survey 8 choice_filter: unsupported_column region = ${region}",
        ]
    );
}

#[story]
fn the_questionnaires_that_come_with_the_portal_are_the_same_after_a_way_through_sheets(t: TestApp) {
    let admin = t.admin();
    for (code, audience, shipped) in [("scs", "member", SHIPPED[0]), ("partners", "partner", SHIPPED[1])] {
        make(&admin, code, audience);
        let plan = import(&admin, code, super::JSON, shipped.as_bytes()).expect(201);
        commit(&admin, code, &plan, &json!({})).expect(201);
        let sheets = file(&admin, code, 1, "xlsx");
        assert_eq!(sheets, file(&admin, code, 1, "xlsx"), "the same questionnaire gives the same bytes");
        let again = import(&admin, code, XLSX, &sheets).expect(201);
        assert_eq!((&again["faults"], &again["notes"]), (&json!([]), &json!([])));
        assert_eq!(again["questionnaire"], plan["questionnaire"]);
    }
}

#[story]
fn a_file_that_is_no_form_is_refused_with_a_sentence(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let fault = |answer: &Answer| {
        assert_eq!(answer.status, 422, "{}", answer.text);
        answer.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(fault(&import(&admin, "scs", XLSX, b"type;name;label")), "sheet_kind");
    assert_eq!(fault(&import(&admin, "scs", XLSX, b"PK\x03\x04 and nothing more")), "sheet_broken");
    let mut merged = Workbook::new();
    let sheet = merged.add_worksheet().set_name("survey").unwrap();
    sheet.merge_range(0, 0, 0, 2, "type", &rust_xlsxwriter::Format::new()).unwrap();
    assert_eq!(fault(&import(&admin, "scs", XLSX, &merged.save_to_buffer().unwrap())), "merged_cells");
    // Sheets without a shape give a plan that says so, and no draft.
    let none = import(&admin, "scs", XLSX, &workbook("[choices]\nlist_name | name\nyn | yes")).expect(201);
    assert_eq!(faults(&none), ["survey 1 : missing_sheet survey"]);
    assert_eq!(none["questionnaire"], Value::Null);
    let refused = commit(&admin, "scs", &none, &json!({"with_faults": true}));
    assert_eq!(fault(&refused), "no_questionnaire");
}
