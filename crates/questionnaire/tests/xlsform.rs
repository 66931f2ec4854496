//! Ten forms as survey offices write them, and what is said of each.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod sheets;

use questionnaire::AnswerType;
use questionnaire::xlsform::export;
use sheets::{accepted, faults, notes, question, read};

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

#[test]
fn x1_a_group_with_a_choice_and_a_number_is_accepted() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr) | required
        begin group | basics | Basics | Bases |
        select_one yn | it_strategy | Strategy? | Stratégie ? | yes
        integer | staff | Staff | Personnel |
        end group
        {YES_NO} {SETTINGS}"
    );
    let questionnaire = accepted(&form);
    assert_eq!(questionnaire.languages, ["en", "fr"]);
    assert_eq!(questionnaire.sections[0].title["fr"], "Bases");
    assert!(question(&questionnaire, "it_strategy").required);
    assert_eq!(question(&questionnaire, "it_strategy").answer.options().unwrap()[1].label["fr"], "Non");
}

#[test]
fn x2_a_follow_up_and_a_constraint_are_accepted() {
    let form = "
        [survey]
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
        Technologies | en
    ";
    let questionnaire = accepted(form);
    let follow_up = question(&questionnaire, "use_of_ai").show_if.as_ref().unwrap();
    assert_eq!(follow_up.to_string(), "selected(${used}, 'ai_ml') and not(selected(${used}, 'none'))");
    assert!(question(&questionnaire, "used").answer.options().unwrap()[2].is_exclusive);
}

#[test]
fn x3_a_rule_on_a_later_question_is_told() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr) | relevant
        text | reason | Why not? | Pourquoi ? | ${{it_strategy}} = 'no'
        select_one yn | it_strategy | Strategy? | Stratégie ? |
        {YES_NO} {SETTINGS}"
    );
    let import_of = read(&form);
    assert_eq!(faults(&import_of), ["survey 2 relevant: rule_on_later_question it_strategy"]);
    assert!(import_of.questionnaire.is_some(), "the draft can be mended");
}

#[test]
fn x4_a_rule_on_an_unknown_question_names_the_nearest_one() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr) | bind:relevant
        select_one yn | it_strategy | Strategy? | Stratégie ? |
        text | reason | Why not? | Pourquoi ? | ${{it_stratgy}} = 'no'
        {YES_NO} {SETTINGS}"
    );
    assert_eq!(faults(&read(&form)), ["survey 3 bind:relevant: unknown_question it_stratgy → it_strategy"]);
}

#[test]
fn x5_missing_languages_are_told_by_cell_and_by_bare_column() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr) | hint
        select_one yn | it_strategy | Strategy? | |
        integer | staff | Staff | Personnel | All of them
        {YES_NO} {SETTINGS}"
    );
    let mut told = faults(&read(&form));
    told.sort();
    assert_eq!(told, ["survey 2 label::French (fr): missing_language fr", "survey 3 hint: missing_language en fr"]);
}

#[test]
fn x6_equal_codes_in_a_list_are_told_at_both_rows_whatever_the_settings_say() {
    let form = "
        [survey]
        type | name | label::en
        select_one yn | it_strategy | Strategy?
        [choices]
        list_name | name | label::en
        yn | yes | Yes
        yn | no | No
        yn | yes | Certainly
        [settings]
        form_title | default_language | allow_choice_duplicates
        Survey | en | yes
    ";
    let import_of = read(form);
    assert_eq!(faults(&import_of), ["choices 2 name: duplicate_code yes", "choices 4 name: duplicate_code yes"]);
    assert_eq!(notes(&import_of), ["settings 1 allow_choice_duplicates: ignored_column allow_choice_duplicates"]);
}

#[test]
fn x7_a_code_with_a_blank_is_told_in_both_kinds_of_choice() {
    let form = "
        [survey]
        type | name | label::en
        select_multiple tech | used | Used
        select_one stage | stage | Stage
        [choices]
        list name | name | label::en
        tech | big data | Big data
        tech | cloud | Cloud
        stage | first steps | First steps
    ";
    assert_eq!(
        faults(&read(form)),
        ["choices 2 name: code_with_space big data", "choices 4 name: code_with_space first steps",]
    );
}

#[test]
fn x8_or_other_is_told_with_its_list() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr)
        select_multiple yn or_other | used | Used | Utilisées
        {YES_NO} {SETTINGS}"
    );
    let import_of = read(&form);
    assert_eq!(faults(&import_of), ["survey 2 type: or_other yn"]);
    assert_eq!(question(&import_of.questionnaire.unwrap(), "used").answer.options().unwrap().len(), 2);
}

#[test]
fn x9_a_table_is_one_matrix_and_goes_out_as_the_same_group() {
    let form = format!(
        "[survey]
        type | name | label::English (en) | label::French (fr) | appearance
        begin group | status | In use? | En service ? | table-list
        select_one yn | ai_ml | AI | IA |
        select_one yn | cloud | Cloud | Nuage |
        end group
        {YES_NO} {SETTINGS}"
    );
    let questionnaire = accepted(&form);
    let AnswerType::Matrix { rows, cell } = &question(&questionnaire, "status").answer else { unreachable!() };
    assert_eq!(rows.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["ai_ml", "cloud"]);
    assert!(matches!(&**cell, AnswerType::Single { .. }));
    let survey = &export(&questionnaire).sheets[0].rows;
    let shape: Vec<_> = survey.iter().skip(1).map(|row| (row[0].as_str(), row[1].as_str(), row[11].as_str())).collect();
    assert_eq!(
        shape,
        [
            ("begin_group", "section_1", ""),
            ("begin_group", "status", "table-list"),
            ("select_one status", "ai_ml", ""),
            ("select_one status", "cloud", ""),
            ("end_group", "", ""),
            ("end_group", "", ""),
        ]
    );
}

#[test]
fn x10_what_collects_data_in_the_field_is_told_place_by_place() {
    let form = "
        [survey]
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
        towns | b | B | south
    ";
    let import_of = read(form);
    assert_eq!(
        faults(&import_of),
        [
            "survey 2 type: unsupported_type repeat",
            "survey 5 type: unsupported_type calculate",
            "survey 6 type: unsupported_type geopoint",
            "survey 8 choice_filter: unsupported_column region = ${region}",
        ]
    );
    assert_eq!(notes(&import_of), ["choices 1 region: ignored_column region"]);
    let codes: Vec<_> =
        import_of.questionnaire.as_ref().unwrap().questions().map(|(_, question)| question.code.clone()).collect();
    assert_eq!(codes, ["place", "region", "town"]);
}
