# Hints for programs, in English: the member "hint" of a problem (hint-<code>) and of a field at fault (hint-fault-<code>).
# Here methods and paths of the API are named; the texts for people, in the other catalogues, never name any.

hint-login_required = { $token ->
        [configured] Send the token of the portal's configuration as "Authorization: Bearer …".
       *[access] Send an access token as "Authorization: Bearer …". POST /api/v1/auth/login answers with one.
    }
hint-token_invalid = { $token ->
        [api] The API token is unknown, was revoked or has expired. Its owner makes a new one with POST /api/v1/me/tokens.
        [configured] The token is not the one of the portal's configuration. Whoever operates the portal has it.
       *[access] The access token is not one of this portal. POST /api/v1/auth/login answers with a new one.
    }
hint-token_expired = The access token has expired. POST /api/v1/auth/refresh answers with a new one for the refresh token.
hint-session_ended = POST /api/v1/auth/login begins a new session.
hint-refresh_token_invalid = The refresh token was used before, has expired or is unknown. POST /api/v1/auth/login begins a new session.
hint-wrong_credentials = POST /api/v1/auth/password/forgot mails a link to choose a new password.
hint-challenge_invalid = POST /api/v1/auth/login answers with a new challenge.
hint-mfa_required = POST /api/v1/me/mfa/totp or POST /api/v1/me/passkeys/start adds a second factor.
hint-reauth_required = The login may be at most { $seconds } seconds old. POST /api/v1/me/reauthenticate takes the password and the second factor.
hint-scope_missing = GET /api/v1/me/tokens shows the scopes of each token; POST /api/v1/me/tokens makes another.
hint-rights_changed = GET /api/v1/me shows the appointments that are in force.
hint-awaiting_approval = GET /api/v1/me shows the state of the application.
hint-no_active_appointment = GET /api/v1/me shows all appointments and their states.
hint-confirmation_needed = The deed "confirm" of the appointment (POST /api/v1/appointments/{"{id}"}/{"{deed}"}), or the mailed link, confirms the entry.
hint-auditors_only = GET /api/v1/me/audit lists the entries that concern the caller.
hint-decided_at_appointments = GET /api/v1/appointments with status=pending lists what awaits a decision; POST /api/v1/appointments/{"{id}"}/{"{deed}"} decides it (approve, reject, request-info).
hint-invite_instead = POST /api/v1/invitations invites a person.
hint-already_invited = POST /api/v1/invitations/{"{id}"}/resend mails the link again; the deed "withdraw" of its appointment takes the invitation back.
hint-not_possible_now = The member "codes" has the state and the event; GET /api/v1/appointments/{"{id}"} lists what is possible.
hint-hand_over_under_way = POST /api/v1/appointments/{"{id}"}/cancel-hand-over cancels it.
hint-appointment_over = The member "codes" has the state.
hint-not_pending = The member "codes" has the state of the application.
hint-announcement_not_possible_now = The member "codes" has the state, the event, and the events that are possible.
hint-already_sent = POST /api/v1/announcements/{"{id}"}/cancel cancels the mails that have not left.
hint-not_a_draft = PATCH /api/v1/announcements/{"{id}"} makes a draft of it again, before its sending has begun; POST /api/v1/announcements/{"{id}"}/cancel cancels it after that.
hint-approval_needed = POST /api/v1/announcements/{"{id}"}/submit asks for the approval.
hint-content_changed = GET /api/v1/announcements/{"{id}"} has the present text and its ETag.
hint-language_missing = The languages are in the member "codes". PATCH /api/v1/announcements/{"{id}"} adds a variant, or changes required_languages.
hint-deliveries_gone = GET /api/v1/announcements/{"{id}"}/summary still has the counts.
hint-webhook_disabled = PATCH /api/v1/webhooks/{"{id}"} enables it.
hint-delivery_pending = GET /api/v1/webhooks/{"{id}"}/deliveries shows what came of it.
hint-if_match_required = Read the resource, and send the ETag of that answer as If-Match.
hint-changed_meanwhile = Read the resource again, and send its new ETag as If-Match, or its new version.
hint-too_large = { $limit ->
        [unknown] The limits of bodies are in the description of the API.
       *[other] At most { $limit } bytes.
    }
hint-headers_too_large = At most { $max } bytes.
hint-too_many_attempts = The header Retry-After has the seconds to wait.
hint-quota_used = The header Retry-After has the seconds to wait, where a wait helps.
hint-seen_enough = The header Retry-After has the seconds to wait.
hint-changes_forgotten = Begin again with GET /api/v1/changes without "since".
hint-program_login_required = HTTP Basic: the e-mail address as the user, an API token with the scope community:read as the password. POST /api/v1/me/tokens makes one.
hint-program_refused = HTTP Basic: the e-mail address as the user, an API token with the scope community:read as the password. POST /api/v1/me/tokens makes one.
hint-not_acceptable = The formats are application/json, and for contacts text/csv, text/vcard, application/jscontact+json and XLSX; a suffix such as .csv names one, too.
hint-too_many_rows = GET /api/v1/contacts.csv has no limit.
hint-plan_expired = POST /api/v1/invitations/import makes a new plan.
hint-plan_committed = POST /api/v1/invitations/import makes a new plan.
hint-plan_outdated = POST /api/v1/invitations/import makes a new plan.

hint-fault-unknown_topic = GET /api/v1/topics lists the topics.
hint-fault-unknown_technology = GET /api/v1/technologies lists the technologies.
hint-fault-unknown_organisation = GET /api/v1/members lists the members with their codes.
hint-fault-scope_not_held = The scope is in the member "codes". GET /api/v1/me shows the appointments that are in force.
hint-fault-role_not_open = The roles are in the member "codes".
hint-fault-no_variant = The language is in the member "codes".
hint-fault-no_text = The language is in the member "codes".
hint-fault-bad_instant = RFC 3339, with an offset.
hint-fault-passkey_has_no_code = POST /api/v1/auth/passkey/start and POST /api/v1/auth/passkey/finish log in by a passkey.
hint-fault-letter_mismatch = Content-Type says another format than the file has.
hint-fault-row_in_error = POST /api/v1/imports/{"{id}"}/commit with skip_errors leaves out the rows in error.
hint-fault-charset_unsure = The parameter charset of the media type says the encoding.
hint-fault-sheet_too_large = At most { $max } bytes.
