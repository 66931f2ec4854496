//! Sheets with what people stumble over: headers, languages, bounds, rows that other programs take without a word.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod sheets;

use questionnaire::{AnswerType, Item};
use sheets::{accepted, faults, notes, question, read};

#[test]
fn what_other_programs_take_without_a_word_is_told_as_well() {
    let survey = "[survey]
        type | name | label::English (en)
        select_one yn | it_strategy | Strategy?";
    let choices = "[choices]
        list_name | name | label::English (en)
        yn | yes | Yes";
    let settings = |language: &str| format!("[settings]\nform_title | default_language\nSurvey | {language}");
    let default = read(&format!("{survey}\n{choices}\n{}", settings("English")));
    assert_eq!(faults(&default), ["settings 2 default_language: language_unknown English → English (en)"]);

    let four = format!(
        "{survey}\n[choices]\nlist_name | name | label::English(en) | label::French (fr)\nyn | yes | Yes | Oui"
    );
    let told = [
        "choices 1 label::English(en): language_spelt_twice English(en) → English (en)",
        "survey 2 label::French (fr): missing_language fr",
    ];
    assert_eq!(faults(&read(&four)), told);

    let rule = format!(
        "[survey]
        type | name | label::English (en) | relevant
        select_one yn | it_strategy | Strategy? |
        text | Why | Why? | ${{it_strategy}} = 'yess'
        text | why | Why then? |
        {choices}"
    );
    let mut told = faults(&read(&rule));
    told.sort();
    assert_eq!(
        told,
        [
            "survey 3 name: code_differs_in_case Why → why",
            "survey 3 relevant: unknown_option yess → yes",
            "survey 4 name: code_differs_in_case why → Why",
        ]
    );
}

#[test]
fn headers_are_read_as_people_write_them() {
    let form = "
        [Survey]
        | | |
        TYPE|Name|Label::English(en)|bind::relevant|BIND::Required|bind::scs:concept|bind::sensitivity|unit::English(en)|comment
        select one yn | it_strategy | Strategy? | | TRUE | strategy | community | | why we ask
        int | staff | Staff | ${it_strategy}='yes' | | | | people |
        [Choices ]
        List Name | Value | label:English(en)
        yn | 1 | Yes
        yn | 0 | -
        [settings]
        title | id_string | default_language
        Survey | s | English(en)
        [notes for us]
        anything
    ";
    let import_of = read(form);
    assert_eq!(
        faults(&import_of),
        ["survey 4 bind::relevant: unknown_option yes",].map(|fault| fault.replace("survey", "Survey"))
    );
    assert_eq!(
        notes(&import_of),
        ["notes for us 1 : ignored_sheet notes for us", "Survey 2 comment: ignored_column comment",]
    );
    let questionnaire = import_of.questionnaire.unwrap();
    let strategy = question(&questionnaire, "it_strategy");
    assert_eq!((strategy.required, strategy.concept.as_deref()), (true, Some("strategy")));
    assert_eq!(serde_json::to_value(strategy.sensitivity).unwrap(), "community");
    assert_eq!(strategy.answer.options().unwrap()[1].code, "0");
    assert!(
        matches!(&question(&questionnaire, "staff").answer, AnswerType::Integer { unit, .. } if unit["en"] == "people")
    );
}

#[test]
fn a_form_in_one_language_says_which_by_its_settings() {
    let survey = "[survey]\ntype | name | label\ntext | reason | Pourquoi ?";
    let french = accepted(&format!("{survey}\n[settings]\nform_title | default_language\nEnquête | French (fr)"));
    assert_eq!(french.languages, ["fr"]);
    let unnamed = read(survey);
    assert_eq!(faults(&unnamed), ["survey 1 label: language_unnamed"]);
    assert_eq!(unnamed.questionnaire.unwrap().languages, ["und"]);
}

#[test]
fn a_row_of_labels_and_rows_without_are_a_matrix_too() {
    let form = "
        [survey]
        type | name | label::en | appearance
        begin_group | use | Use | field-list
        select_one level | status | How far? | label
        select_one level | ai_ml | AI | list-nolabel
        select_one level | cloud | Cloud | list-nolabel
        select_one level | maturity | All in all? | likert
        text | details | Details | multiline
        end_group
        [choices]
        list_name | name | label::en
        level | low | Low
        level | high | High
    ";
    let questionnaire = accepted(form);
    let codes: Vec<_> = questionnaire.questions().map(|(_, question)| question.code.as_str()).collect();
    assert_eq!(codes, ["status", "maturity", "details"]);
    assert!(matches!(&question(&questionnaire, "status").answer, AnswerType::Matrix { rows, .. } if rows.len() == 2));
    assert!(matches!(question(&questionnaire, "maturity").answer, AnswerType::Scale { .. }));
    assert!(matches!(question(&questionnaire, "details").answer, AnswerType::Text { is_long: true, .. }));
}

#[test]
fn bounds_are_read_from_constraints_that_say_nothing_more() {
    let form = "
        [survey]
        type | name | label::en | constraint | constraint_message::en | parameters
        integer | staff | Staff | . > 0 and . <= 500 | |
        text | short | Short | string-length(.) <= 20 | |
        integer | year | Year | . >= 1990 | Not before 1990 |
        decimal | share | Share | . != 7 | |
        range | score | Score | | | start = 0, end=1.5 step= 0.5
    ";
    let import_of = read(form);
    assert_eq!(faults(&import_of), ["survey 5 constraint_message::en: missing_language en"]);
    let questionnaire = import_of.questionnaire.unwrap();
    let answer = |code: &str| serde_json::to_value(&question(&questionnaire, code).answer).unwrap().to_string();
    assert_eq!(answer("staff"), r#"{"least":1,"most":500,"type":"integer"}"#);
    assert_eq!(answer("short"), r#"{"most_characters":20,"type":"text"}"#);
    assert_eq!(answer("score"), r#"{"end":"1.5","start":"0","step":"0.5","type":"range"}"#);
    assert_eq!(question(&questionnaire, "year").constraint.as_ref().unwrap().rule.to_string(), ". >= 1990");
}

#[test]
fn nothing_of_a_row_is_lost_unseen() {
    let form = "
        [survey]
        type|name|label::en|appearance|default|media::image|relevant|required|sensitivity|parameters|disabled
        today | today | | | | | | | | |
        text | old | Old | | | | | | | | yes
        text | reason | Why ${today}? | minimal | none | a.png | regex(., 'a') | perhaps | everybody | rows=3 |
        select_one yes_n | choice | Choice | | | | ${reason} = | | | |
        range | score | Score | | | | | | | least=0 |
        | lost | Lost | | | | | | | |
        [choices]
        list_name | name | label::en
        yes_no | yes | Yes
    ";
    let import_of = read(form);
    let mut told = faults(&import_of);
    told.sort();
    assert_eq!(
        told,
        [
            "survey 4 default: unsupported_column none",
            "survey 4 label::en: reference_in_text",
            "survey 4 media::image: unsupported_column a.png",
            "survey 4 relevant: unknown_function regex",
            "survey 4 required: no_yes_no perhaps",
            "survey 4 sensitivity: bad_sensitivity everybody",
            "survey 5 relevant: rule_unfinished",
            "survey 5 type: unknown_list yes_n → yes_no",
            "survey 6 parameters: bad_parameter least=0",
            "survey 7 type: missing_type lost",
        ]
    );
    assert_eq!(
        notes(&import_of),
        [
            "survey 3 disabled: disabled_row ",
            "survey 2 type: ignored_type today",
            "survey 4 appearance: ignored_appearance minimal",
            "survey 4 parameters: ignored_cell rows=3",
            "choices 2 list_name: unused_list yes_no",
        ]
    );
}

#[test]
fn rows_of_a_matrix_are_alike() {
    let form = "
        [survey]
        type | name | label::en | appearance | required | relevant
        begin_group | status | Status | table-list | |
        select_one yn | ai_ml | AI | | yes |
        select_one other | cloud | Cloud | | | ${ai_ml} = 'yes'
        note | remark | Remark | | |
        end_group
        [choices]
        list_name | name | label::en
        yn | yes | Yes
        other | yes | Yes
    ";
    assert_eq!(
        faults(&read(form)),
        [
            "survey 4 relevant: unsupported_column ${ai_ml} = 'yes'",
            "survey 4 type: mixed_matrix cloud",
            "survey 4 required: mixed_matrix cloud",
            "survey 5 type: mixed_matrix remark",
        ]
    );
}

#[test]
fn sheets_without_a_shape_give_no_draft() {
    let none = |text: &str| {
        let import_of = read(text);
        assert!(import_of.questionnaire.is_none(), "{text}");
        faults(&import_of)
    };
    assert_eq!(none("[choices]\nlist_name | name"), ["survey 1 : missing_sheet survey"]);
    assert_eq!(none("[survey]\nname | label::en\na | A"), ["survey 1 : missing_column type"]);
    assert_eq!(none("[survey]\ntype | name | label::en\nbegin_group | a | A"), ["survey 2 type: group_not_closed a"]);
    let deep = format!("[survey]\ntype | name | label::en\n{}", "begin_group | a | A\n".repeat(3_000));
    assert_eq!(none(&deep), ["survey 10 type: too_deep"]);
    let long = format!("[survey]\ntype | name | label::en\n{}", "text | a | A\n".repeat(5_001));
    assert_eq!(none(&long), ["survey 1 : sheet_too_large 5000"]);
    let end = read("[survey]\ntype | name | label::en\ntext | a | A\nend_group");
    assert_eq!(faults(&end), ["survey 3 type: no_open_group"]);
    let twice = read("[survey]\ntype | name | label::en | label::English (en)\ntext | a | A | B");
    let expected = "survey 1 label::English (en): duplicate_column label::English (en)".to_owned();
    assert!(faults(&twice).contains(&expected));
}

#[test]
fn titles_and_notes_come_back_in_all_languages() {
    let form = "
        [survey]
        type | name | label::en | label::fr
        begin_group | basics | Basics | Bases
        note | welcome | Welcome | Bienvenue
        begin_group | inner | Inner | Interne
        date | since | Since | Depuis
        end_group | | |
        file | report | Report | Rapport
        acknowledge | agreed | Agreed | D’accord
        end_group | | |
        [settings]
        form_title | title_fr | default_language
        Survey | Enquête | en
    ";
    let questionnaire = accepted(form);
    assert_eq!(questionnaire.title["fr"], "Enquête");
    assert!(matches!(&questionnaire.sections[0].items[0], Item::Note(note) if note.text["fr"] == "Bienvenue"));
}
