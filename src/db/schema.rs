//! The tables as diesel sees them. A test compares them with the schema that the migrations create in each database.

#![expect(missing_docs, reason = "what diesel's table! writes")]

use super::document::SqlDocument;
use super::id::SqlId;
use super::timestamp::SqlTimestamp;

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    organisation (id) {
        id -> SqlId,
        kind -> Text,
        code -> Text,
        name_en -> Text,
        name_fr -> Text,
        region -> Nullable<Text>,
        default_language -> Text,
        member_since -> Nullable<Text>,
        sort_name -> Text,
        search_text -> Text,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
        status -> Text,
        languages -> SqlDocument,
        mail_domains -> SqlDocument,
        left_on -> Nullable<Text>,
        edited -> SqlDocument,
        belongs_to -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;

    organisation_alias (organisation_id, position) {
        organisation_id -> SqlId,
        position -> Integer,
        name -> Text,
        language -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    organisation_history (id) {
        id -> SqlId,
        organisation_id -> SqlId,
        changed_at -> SqlTimestamp,
        changed_by -> SqlId,
        fields -> SqlDocument,
        before -> SqlDocument,
        region -> Nullable<Text>,
        status -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    organisation_revision (id) {
        id -> Integer,
        revision -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    adoption (organisation_id, technology_code) {
        organisation_id -> SqlId,
        technology_code -> Text,
        status -> Text,
        since -> Nullable<Text>,
        willing_to_share -> Bool,
        updated_at -> SqlTimestamp,
        updated_by -> SqlId,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Text};

    technology (code) {
        code -> Text,
        name_en -> Text,
        name_fr -> Text,
        focus -> Bool,
        active -> Bool,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    #[sql_name = "user"]
    users (id) {
        id -> SqlId,
        email -> Text,
        email_key -> Text,
        name -> Text,
        password_hash -> Text,
        preferred_language -> Text,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
        suspended_at -> Nullable<SqlTimestamp>,
        suspension_reason -> Nullable<Text>,
        erase_at -> Nullable<SqlTimestamp>,
        erased_at -> Nullable<SqlTimestamp>,
        name_changed_at -> Nullable<SqlTimestamp>,
        previous_name -> Nullable<Text>,
        password_is_short -> Nullable<Bool>,
        oldest_name -> Nullable<Text>,
        first_login_at -> Nullable<SqlTimestamp>,
        device_generation -> Integer,
        own_name -> Nullable<Text>,
        name_flagged_at -> Nullable<SqlTimestamp>,
        time_zone -> Nullable<Text>,
        sort_name -> Text,
        name_words -> Text,
    }
}

diesel::table! {
    use super::SqlId;
    use super::SqlTimestamp;

    erasure (user_id) {
        user_id -> SqlId,
        erased_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    session (id) {
        id -> SqlId,
        user_id -> SqlId,
        created_at -> SqlTimestamp,
        last_used_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        revoked_at -> Nullable<SqlTimestamp>,
        authenticated_at -> SqlTimestamp,
        level -> Text,
        idle_seconds -> Integer,
        label -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        network -> Nullable<Text>,
        cookie_hash -> Nullable<Binary>,
        trusted -> Nullable<Bool>,
        login_id -> Nullable<SqlId>,
        kept_until -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use super::SqlId;
    use super::SqlTimestamp;

    refresh_token (hash) {
        hash -> Binary,
        session_id -> SqlId,
        issued_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        used_at -> Nullable<SqlTimestamp>,
        successor -> Nullable<Binary>,
        sealed_successor -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use super::SqlTimestamp;

    signing_key (kid) {
        kid -> Text,
        public_key -> Binary,
        sealed_key -> Binary,
        created_at -> SqlTimestamp,
        activates_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use super::SqlId;
    use super::SqlTimestamp;

    setback (id) {
        id -> SqlId,
        failures -> Integer,
        until -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, SmallInt};
    use super::SqlTimestamp;

    throttle (bucket, key) {
        bucket -> SmallInt,
        key -> Binary,
        failures -> Integer,
        blocked_until -> SqlTimestamp,
        expires_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use super::SqlId;
    use super::SqlTimestamp;

    device (user_id, fingerprint) {
        user_id -> SqlId,
        fingerprint -> Binary,
        last_seen_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use super::SqlId;
    use super::SqlTimestamp;

    totp (user_id) {
        user_id -> SqlId,
        sealed_secret -> Binary,
        created_at -> SqlTimestamp,
        confirmed_at -> Nullable<SqlTimestamp>,
        last_step -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use super::SqlId;
    use super::SqlTimestamp;

    recovery_code (hash) {
        hash -> Binary,
        user_id -> SqlId,
        created_at -> SqlTimestamp,
        used_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    passkey (id) {
        id -> SqlId,
        user_id -> SqlId,
        credential_id -> Binary,
        name -> Text,
        credential -> SqlDocument,
        created_at -> SqlTimestamp,
        last_used_at -> Nullable<SqlTimestamp>,
        suspended_at -> Nullable<SqlTimestamp>,
        suspended_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    api_token (id) {
        id -> SqlId,
        user_id -> SqlId,
        name -> Text,
        hash -> Binary,
        scopes -> SqlDocument,
        level -> Text,
        created_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        last_used_at -> Nullable<SqlTimestamp>,
        revoked_at -> Nullable<SqlTimestamp>,
        kept_until -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    audit_entry (id) {
        id -> SqlId,
        at -> SqlTimestamp,
        action -> Text,
        actor_id -> Nullable<SqlId>,
        subject_id -> Nullable<SqlId>,
        organisation_id -> Nullable<SqlId>,
        request_id -> Nullable<Text>,
        network -> Nullable<Text>,
        detail -> Nullable<SqlDocument>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;

    audit_network (entry_id) {
        entry_id -> SqlId,
        network -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use super::SqlId;

    audit_seal (position) {
        position -> BigInt,
        entry_id -> SqlId,
        link -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    registration (id) {
        id -> SqlId,
        status -> Text,
        organisation_id -> SqlId,
        role -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        name -> Text,
        job_title -> Nullable<Text>,
        phone -> Nullable<Text>,
        languages -> SqlDocument,
        preferred_language -> Text,
        nominating_official -> Nullable<Text>,
        nomination_reference -> Nullable<Text>,
        user_id -> Nullable<SqlId>,
        created_at -> SqlTimestamp,
        verified_at -> Nullable<SqlTimestamp>,
        decided_at -> Nullable<SqlTimestamp>,
        decided_by -> Nullable<SqlId>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    appointment (id) {
        id -> SqlId,
        user_id -> Nullable<SqlId>,
        organisation_id -> SqlId,
        role -> Text,
        status -> Text,
        registration_id -> Nullable<SqlId>,
        valid_from -> Nullable<SqlTimestamp>,
        valid_to -> Nullable<SqlTimestamp>,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
        status_since -> SqlTimestamp,
        confirmed_at -> Nullable<SqlTimestamp>,
        confirm_by -> Nullable<SqlTimestamp>,
        decided_by -> Nullable<SqlId>,
        decided_at -> Nullable<SqlTimestamp>,
        reason -> Nullable<Text>,
        replaced_by -> Nullable<SqlId>,
        checked_at -> SqlTimestamp,
        due_at -> Nullable<SqlTimestamp>,
        forgotten_at -> Nullable<SqlTimestamp>,
        end_set_by -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    invitation (appointment_id) {
        appointment_id -> SqlId,
        token_hash -> Nullable<Binary>,
        email -> Text,
        email_key -> Text,
        name -> Text,
        job_title -> Nullable<Text>,
        phone -> Nullable<Text>,
        languages -> SqlDocument,
        language -> Nullable<Text>,
        approved -> Bool,
        replaces -> Nullable<SqlId>,
        invited_by -> SqlId,
        invited_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        accepted_at -> Nullable<SqlTimestamp>,
        erased_at -> Nullable<SqlTimestamp>,
        invited_with -> Nullable<SqlId>,
        sort_name -> Text,
        name_words -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use super::SqlId;
    use super::SqlTimestamp;

    hand_over (appointment_id) {
        appointment_id -> SqlId,
        begun_by -> SqlId,
        begun_at -> SqlTimestamp,
        valid_to_before -> Nullable<SqlTimestamp>,
        until -> SqlTimestamp,
        begun_with -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, SmallInt, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    contact (id) {
        id -> SqlId,
        appointment_id -> SqlId,
        user_id -> SqlId,
        organisation_id -> SqlId,
        region -> Nullable<Text>,
        role -> Text,
        listed -> Bool,
        name -> Text,
        sort_name -> Text,
        job_title -> Nullable<Text>,
        email -> Text,
        email_audience -> Text,
        phone -> Nullable<Text>,
        phone_audience -> Text,
        languages -> SqlDocument,
        technologies -> SqlDocument,
        updated_at -> SqlTimestamp,
        confirmation -> Text,
        confirmed_at -> Nullable<SqlTimestamp>,
        job_title_audience -> Text,
        languages_audience -> Text,
        technologies_audience -> Text,
        number -> Nullable<BigInt>,
        shown_at -> SqlTimestamp,
        phone_key -> Nullable<Text>,
        word_form -> Nullable<SmallInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};

    contact_set (key, piece) {
        key -> Text,
        piece -> Integer,
        count -> Integer,
        numbers -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::Text;

    contact_word (spelling, word) {
        spelling -> Text,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    one_time_token (hash) {
        hash -> Binary,
        purpose -> Text,
        user_id -> Nullable<SqlId>,
        registration_id -> Nullable<SqlId>,
        email -> Nullable<Text>,
        name -> Nullable<Text>,
        created_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        used_at -> Nullable<SqlTimestamp>,
        payload -> Nullable<SqlDocument>,
        session_id -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    mail_content (id) {
        id -> SqlId,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, SmallInt, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    mail (id) {
        id -> SqlId,
        kind -> Text,
        batch -> Nullable<SqlId>,
        lane -> SmallInt,
        state -> Text,
        to_address -> Text,
        to_name -> Text,
        language -> Text,
        content_id -> Nullable<SqlId>,
        attempts -> Integer,
        next_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        lease_by -> Nullable<SqlId>,
        lease_until -> Nullable<SqlTimestamp>,
        last_code -> Nullable<Integer>,
        last_reply -> Nullable<Text>,
        created_at -> SqlTimestamp,
        sent_at -> Nullable<SqlTimestamp>,
        user_id -> Nullable<SqlId>,
        domain -> Text,
        preferred -> Nullable<Text>,
        vars -> Nullable<SqlDocument>,
        dedup_key -> Nullable<Text>,
        last_status -> Nullable<Text>,
        bounced_at -> Nullable<SqlTimestamp>,
        bounce_kind -> Nullable<Text>,
        bounce_cause -> Nullable<Text>,
        bounce_status -> Nullable<Text>,
        bounce_diagnostic -> Nullable<Text>,
        claims -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    announcement (id) {
        id -> SqlId,
        author_id -> SqlId,
        status -> Text,
        audience -> SqlDocument,
        default_language -> Text,
        recipients -> Integer,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
        sent_at -> Nullable<SqlTimestamp>,
        topic -> Nullable<Text>,
        acknowledge -> Bool,
        public -> Bool,
        required_languages -> SqlDocument,
        content_hash -> Nullable<Binary>,
        submitted_by -> Nullable<SqlId>,
        submitted_at -> Nullable<SqlTimestamp>,
        approved_by -> Nullable<SqlId>,
        approved_at -> Nullable<SqlTimestamp>,
        send_at -> Nullable<SqlTimestamp>,
        zone -> Nullable<Text>,
        reason -> Nullable<Text>,
        chosen -> Nullable<Binary>,
        fan_cursor -> Nullable<BigInt>,
        finished_at -> Nullable<SqlTimestamp>,
        scheduled_by -> Nullable<SqlId>,
        scheduled_with -> Nullable<SqlId>,
        approved_with -> Nullable<SqlId>,
        approved_draft -> Nullable<SqlDocument>,
        cause -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlId;

    announcement_variant (announcement_id, language) {
        announcement_id -> SqlId,
        language -> Text,
        subject -> Text,
        body_markdown -> Text,
        content_id -> Nullable<SqlId>,
    }
}

diesel::table! {
    use super::SqlId;

    announcement_writer (announcement_id, user_id) {
        announcement_id -> SqlId,
        user_id -> SqlId,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use super::SqlId;
    use super::SqlTimestamp;

    delivery (user_id, announcement_id) {
        mail_id -> SqlId,
        announcement_id -> SqlId,
        user_id -> SqlId,
        read_at -> Nullable<SqlTimestamp>,
        acknowledged_at -> Nullable<SqlTimestamp>,
        digest_since -> Nullable<SqlTimestamp>,
        digest_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    digest (user_id) {
        user_id -> SqlId,
        rhythm -> Text,
        due_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlTimestamp;

    mail_pace (scope) {
        scope -> Text,
        per_minute -> Nullable<Integer>,
        connections -> Nullable<Integer>,
        changed_at -> SqlTimestamp,
    }
}

diesel::table! {
    use super::SqlId;
    use super::SqlTimestamp;

    mail_sender (id) {
        id -> SqlId,
        seen_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use super::SqlDocument;
    use super::SqlTimestamp;

    topic (code) {
        code -> Text,
        names -> SqlDocument,
        retired -> Bool,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    mail_batch (id) {
        id -> SqlId,
        kind -> Text,
        topic -> Nullable<Text>,
        state -> Text,
        filled -> Bool,
        total -> BigInt,
        skipped -> BigInt,
        sent -> BigInt,
        failed -> BigInt,
        cancelled -> BigInt,
        deferred -> BigInt,
        bounced -> BigInt,
        complaints -> BigInt,
        turned_back -> BigInt,
        weighed -> BigInt,
        warned_at -> Nullable<SqlTimestamp>,
        created_at -> SqlTimestamp,
        finished_at -> Nullable<SqlTimestamp>,
        collapsed_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    mail_opt_out (user_id, topic) {
        user_id -> SqlId,
        topic -> Text,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use super::SqlTimestamp;

    mail_score (address_key) {
        address_key -> Text,
        points -> Integer,
        counted_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    unread_report (id) {
        id -> SqlId,
        fingerprint -> Binary,
        received_at -> SqlTimestamp,
        mail_id -> Nullable<SqlId>,
        sender -> Text,
        subject -> Text,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use super::SqlTimestamp;

    unread_left_out (day) {
        day -> SqlTimestamp,
        reports -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlTimestamp;

    mail_suppression (address_key) {
        address_key -> Text,
        reason -> Text,
        source -> Text,
        until -> Nullable<SqlTimestamp>,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, SmallInt, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    change (kind, id, level) {
        kind -> Text,
        id -> SqlId,
        seq -> BigInt,
        at -> SqlTimestamp,
        gone -> Bool,
        level -> SmallInt,
    }
}

diesel::table! {
    use diesel::sql_types::{SmallInt, Text};
    use super::SqlTimestamp;

    maintenance_mode (id) {
        id -> SmallInt,
        since -> SqlTimestamp,
        until -> SqlTimestamp,
        text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, SmallInt, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    change_noted (id) {
        id -> SqlId,
        noted_at -> SqlTimestamp,
        kind -> Nullable<Text>,
        subject -> Nullable<SqlId>,
        level -> SmallInt,
        gone -> Bool,
        at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use super::SqlId;
    use super::SqlTimestamp;

    stored_object (id) {
        id -> SqlId,
        created_at -> SqlTimestamp,
        delete_after -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::SmallInt;
    use super::SqlTimestamp;

    restore_hold (id) {
        id -> SmallInt,
        taken_at -> SqlTimestamp,
        restored_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt};
    use super::SqlTimestamp;

    backup_taken (id) {
        id -> SmallInt,
        taken_at -> SqlTimestamp,
        finished_at -> SqlTimestamp,
        files -> BigInt,
        bytes -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, SmallInt};
    use super::SqlTimestamp;

    master_root (id) {
        id -> SmallInt,
        sealed -> Binary,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt};

    change_counter (id) {
        id -> SmallInt,
        seq -> BigInt,
        horizon -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    nomination (appointment_id) {
        appointment_id -> SqlId,
        official -> Nullable<Text>,
        reference -> Nullable<Text>,
        dated -> Nullable<Text>,
        letter_id -> Nullable<SqlId>,
        letter_type -> Nullable<Text>,
        letter_size -> Nullable<Integer>,
        letter_sha256 -> Nullable<Binary>,
        letter_name -> Nullable<Text>,
        uploaded_by -> Nullable<SqlId>,
        uploaded_at -> Nullable<SqlTimestamp>,
        updated_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    import_plan (id) {
        id -> SqlId,
        made_by -> SqlId,
        made_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        committed_at -> Nullable<SqlTimestamp>,
        rows -> SqlDocument,
        reading -> Nullable<SqlDocument>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    webhook (id) {
        id -> SqlId,
        url -> Text,
        description -> Text,
        disabled -> Nullable<Text>,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_until -> Nullable<SqlTimestamp>,
        failing_since -> Nullable<SqlTimestamp>,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;

    webhook_subscription (webhook_id, pattern) {
        webhook_id -> SqlId,
        pattern -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    webhook_event (id) {
        id -> SqlId,
        kind -> Text,
        data -> SqlDocument,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    webhook_delivery (webhook_id, event_id) {
        webhook_id -> SqlId,
        event_id -> SqlId,
        state -> Text,
        attempts -> Integer,
        next_at -> SqlTimestamp,
        lease_by -> Nullable<SqlId>,
        last_at -> Nullable<SqlTimestamp>,
        last_millis -> Nullable<Integer>,
        last_status -> Nullable<Integer>,
        last_fault -> Nullable<Text>,
        last_answer -> Nullable<Text>,
        claims -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    job_try (job, subject) {
        job -> Text,
        subject -> SqlId,
        tries -> Integer,
        begun_at -> SqlTimestamp,
        set_aside_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    idempotency (actor_id, key) {
        actor_id -> SqlId,
        key -> Text,
        request_hash -> Binary,
        status -> Integer,
        location -> Nullable<Text>,
        body -> Text,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    survey (id) {
        id -> SqlId,
        code -> Text,
        audience -> Text,
        titles -> SqlDocument,
        paired_with -> Nullable<SqlId>,
        created_at -> SqlTimestamp,
        created_by -> SqlId,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    survey_version (survey_id, number) {
        survey_id -> SqlId,
        number -> Integer,
        state -> Text,
        questionnaire -> Text,
        sha256 -> Nullable<Text>,
        created_at -> SqlTimestamp,
        updated_at -> SqlTimestamp,
        updated_by -> SqlId,
        published_at -> Nullable<SqlTimestamp>,
        published_by -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    survey_plan (id) {
        id -> SqlId,
        survey_id -> SqlId,
        made_by -> SqlId,
        made_at -> SqlTimestamp,
        expires_at -> SqlTimestamp,
        committed_at -> Nullable<SqlTimestamp>,
        questionnaire -> Nullable<Text>,
        faults -> Integer,
        draft_seen -> Nullable<Text>,
        findings -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    survey_release (id) {
        id -> SqlId,
        round_id -> SqlId,
        number -> Integer,
        audience -> Text,
        contents -> Text,
        as_of -> SqlTimestamp,
        corrects -> Nullable<Integer>,
        bands -> SqlDocument,
        counted -> Nullable<SqlDocument>,
        respondents -> Integer,
        asked -> Integer,
        artefact -> Text,
        sha256 -> Text,
        published_at -> SqlTimestamp,
        published_by -> SqlId,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    survey_release_preview (round_id, number) {
        round_id -> SqlId,
        number -> Integer,
        contents -> Text,
        as_of -> SqlTimestamp,
        bands -> SqlDocument,
        counted -> SqlDocument,
        artefact -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    survey_round (id) {
        id -> SqlId,
        survey_id -> SqlId,
        version -> Integer,
        state -> Text,
        opens_at -> SqlTimestamp,
        closes_at -> SqlTimestamp,
        zone -> Text,
        min_cell -> Integer,
        pairs -> SqlDocument,
        paired_with -> Nullable<SqlId>,
        is_participation_public -> Bool,
        calendar -> SqlDocument,
        scheduled_at -> Nullable<SqlTimestamp>,
        created_at -> SqlTimestamp,
        created_by -> SqlId,
        updated_at -> SqlTimestamp,
        opened_at -> Nullable<SqlTimestamp>,
        closed_at -> Nullable<SqlTimestamp>,
        closed_by -> Nullable<SqlId>,
        scheduled_by -> Nullable<SqlId>,
        scheduled_with -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlId;

    round_frame (round_id, organisation_id) {
        round_id -> SqlId,
        organisation_id -> SqlId,
        region -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    extension_request (id) {
        id -> SqlId,
        round_id -> SqlId,
        organisation_id -> SqlId,
        until -> SqlTimestamp,
        reason -> Text,
        asked_by -> SqlId,
        asked_at -> SqlTimestamp,
        state -> Text,
        decided_by -> Nullable<SqlId>,
        decided_at -> Nullable<SqlTimestamp>,
        answer -> Nullable<Text>,
        granted_until -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    round_deadline (id) {
        id -> SqlId,
        round_id -> SqlId,
        number -> Integer,
        scope -> Text,
        region -> Nullable<Text>,
        organisation_id -> Nullable<SqlId>,
        closes_at -> SqlTimestamp,
        reason -> Nullable<Text>,
        made_by -> Nullable<SqlId>,
        made_at -> SqlTimestamp,
        request_id -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlDocument;
    use super::SqlId;
    use super::SqlTimestamp;

    round_reminder (id) {
        id -> SqlId,
        round_id -> SqlId,
        days -> Nullable<Integer>,
        deadline -> Nullable<SqlTimestamp>,
        states -> SqlDocument,
        words -> Nullable<Text>,
        sent_by -> Nullable<SqlId>,
        sent_at -> SqlTimestamp,
        told_after -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;

    round_reminder_person (reminder_id, user_id) {
        reminder_id -> SqlId,
        user_id -> SqlId,
        organisation_id -> SqlId,
        state -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    response (id) {
        id -> SqlId,
        round_id -> SqlId,
        organisation_id -> SqlId,
        state -> Text,
        created_at -> SqlTimestamp,
        created_by -> SqlId,
        edits -> Integer,
        requested_at -> Nullable<SqlTimestamp>,
        requested_by -> Nullable<SqlId>,
        approved_at -> Nullable<SqlTimestamp>,
        approved_by -> Nullable<SqlId>,
        cancelled_at -> Nullable<SqlTimestamp>,
        cancelled_by -> Nullable<SqlId>,
        prefilled_from -> Nullable<SqlId>,
        answer_bytes -> BigInt,
        history_bytes -> BigInt,
        approved_with -> Nullable<SqlId>,
        approved_shares -> Bool,
        cancelled_cause -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use super::SqlId;

    answer (response_id, question, row) {
        response_id -> SqlId,
        question -> Text,
        row -> Text,
        revision -> Integer,
        value -> Nullable<Text>,
        number -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    answer_history (response_id, number) {
        response_id -> SqlId,
        number -> Integer,
        question -> Text,
        row -> Text,
        revision -> Integer,
        value -> Nullable<Text>,
        given_by -> SqlId,
        given_at -> SqlTimestamp,
        origin -> Text,
        is_confirmed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    response_section (response_id, section) {
        response_id -> SqlId,
        section -> Text,
        done_at -> SqlTimestamp,
        done_by -> SqlId,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    response_assignment (response_id, section, user_id) {
        response_id -> SqlId,
        section -> Text,
        user_id -> SqlId,
        due_on -> Nullable<Text>,
        assigned_at -> SqlTimestamp,
        assigned_by -> SqlId,
        remind_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    response_comment (id) {
        id -> SqlId,
        response_id -> SqlId,
        question -> Text,
        written_by -> SqlId,
        written_at -> SqlTimestamp,
        text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    submission (id) {
        id -> SqlId,
        response_id -> SqlId,
        number -> Integer,
        round_id -> SqlId,
        organisation_id -> SqlId,
        submitted_at -> SqlTimestamp,
        submitted_by -> SqlId,
        is_late -> Bool,
        grant_id -> Nullable<SqlId>,
        shares_answers -> Bool,
        superseded_at -> Nullable<SqlTimestamp>,
        withdrawn_at -> Nullable<SqlTimestamp>,
        sha256 -> Text,
        content -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use super::SqlId;
    use super::SqlTimestamp;

    response_file (id) {
        id -> SqlId,
        response_id -> SqlId,
        question -> Text,
        row -> Text,
        object_id -> SqlId,
        name -> Text,
        kind -> Text,
        size -> Integer,
        sha256 -> Text,
        uploaded_by -> SqlId,
        uploaded_at -> SqlTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlId;
    use super::SqlTimestamp;

    response_presence (response_id, user_id) {
        response_id -> SqlId,
        user_id -> SqlId,
        section -> Text,
        seen_at -> SqlTimestamp,
    }
}

diesel::joinable!(organisation_alias -> organisation (organisation_id));
diesel::joinable!(organisation_history -> organisation (organisation_id));
diesel::joinable!(adoption -> organisation (organisation_id));
diesel::joinable!(adoption -> technology (technology_code));
diesel::joinable!(device -> users (user_id));
diesel::joinable!(totp -> users (user_id));
diesel::joinable!(recovery_code -> users (user_id));
diesel::joinable!(passkey -> users (user_id));
diesel::joinable!(api_token -> users (user_id));
diesel::joinable!(audit_network -> audit_entry (entry_id));
diesel::joinable!(audit_seal -> audit_entry (entry_id));
diesel::joinable!(session -> users (user_id));
diesel::joinable!(refresh_token -> session (session_id));
diesel::joinable!(registration -> organisation (organisation_id));
diesel::joinable!(appointment -> organisation (organisation_id));
diesel::joinable!(appointment -> registration (registration_id));
diesel::joinable!(invitation -> appointment (appointment_id));
diesel::joinable!(hand_over -> appointment (appointment_id));
diesel::joinable!(contact -> appointment (appointment_id));
diesel::joinable!(contact -> users (user_id));
diesel::joinable!(contact -> organisation (organisation_id));
diesel::joinable!(one_time_token -> users (user_id));
diesel::joinable!(one_time_token -> registration (registration_id));
diesel::joinable!(mail -> mail_content (content_id));
diesel::joinable!(announcement -> users (author_id));
diesel::joinable!(announcement -> topic (topic));
diesel::joinable!(announcement_variant -> announcement (announcement_id));
diesel::joinable!(announcement_variant -> mail_content (content_id));
diesel::joinable!(mail_opt_out -> users (user_id));
diesel::joinable!(delivery -> announcement (announcement_id));
diesel::joinable!(delivery -> users (user_id));
diesel::joinable!(digest -> users (user_id));
diesel::joinable!(import_plan -> users (made_by));
diesel::joinable!(nomination -> appointment (appointment_id));
diesel::joinable!(nomination -> stored_object (letter_id));
diesel::joinable!(round_frame -> organisation (organisation_id));
diesel::joinable!(round_frame -> survey_round (round_id));
diesel::joinable!(extension_request -> organisation (organisation_id));
diesel::joinable!(extension_request -> survey_round (round_id));
diesel::joinable!(round_deadline -> survey_round (round_id));
diesel::joinable!(round_reminder -> survey_round (round_id));
diesel::joinable!(round_reminder_person -> organisation (organisation_id));
diesel::joinable!(round_reminder_person -> round_reminder (reminder_id));
diesel::joinable!(survey_plan -> survey (survey_id));
diesel::joinable!(survey_release -> survey_round (round_id));
diesel::joinable!(survey_release_preview -> survey_round (round_id));
diesel::joinable!(survey_round -> survey (survey_id));
diesel::joinable!(survey_version -> survey (survey_id));
diesel::joinable!(webhook_subscription -> webhook (webhook_id));
diesel::joinable!(webhook_delivery -> webhook (webhook_id));
diesel::joinable!(webhook_delivery -> webhook_event (event_id));

/// Permits that two tables appear in one query. Diesel writes several implementations for each pair, and all 8,600 pairs
/// would take the compiler 20 s more, so the list has only tables that some function reads side by side.
macro_rules! appear_together {
    ($($table:ident: $($other:ident),+;)+) => {
        $($(diesel::allow_tables_to_appear_in_same_query!($table, $other);)+)+
    };
}

appear_together! {
    adoption: organisation, technology;
    announcement: announcement_variant, delivery, digest, mail, mail_batch, mail_opt_out, setback, users, webhook_delivery, webhook_event;
    announcement_variant: delivery, mail, mail_content;
    answer: answer_history;
    api_token: users;
    appointment: audit_entry, contact, hand_over, invitation, mail_suppression, nomination, organisation, registration, setback, users;
    audit_entry: audit_network, audit_seal, invitation, registration, users;
    contact: invitation, mail_suppression, nomination, organisation, registration, users;
    delivery: digest, mail, mail_batch, mail_opt_out, users;
    digest: mail, mail_batch, users;
    erasure: setback, users;
    extension_request: organisation, round_reminder, round_reminder_person, survey, survey_round;
    invitation: organisation, registration, users;
    mail: mail_batch, mail_content, users, webhook_delivery, webhook_event;
    mail_batch: setback, users, webhook_delivery, webhook_event;
    mail_opt_out: mail_suppression, users;
    mail_suppression: users;
    nomination: setback, users;
    organisation: registration, round_frame, round_reminder, round_reminder_person, survey, survey_round, users;
    refresh_token: session;
    registration: users;
    response: response_assignment, round_frame, setback, survey, survey_round;
    response_assignment: setback, survey_round;
    round_frame: submission, survey, survey_round;
    round_reminder: round_reminder_person, survey, survey_round;
    round_reminder_person: survey, survey_round;
    session: users;
    setback: survey_round, users;
    submission: survey_round;
    survey: survey_release, survey_round, survey_version;
    survey_release: survey_round;
    webhook: webhook_delivery, webhook_subscription;
    webhook_delivery: webhook_event;
}
