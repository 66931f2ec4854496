# Every sentence that a person reads, in English. locales/fr.ftl has the same keys, which a test checks.

## Mails: mail-<kind> is the subject, .body its paragraphs, .button the label of its link

mail-greeting = Dear { $name },
mail-or-copy = If the button does not work, copy this address into your browser:
mail-foot-system = This message was sent to you by { $community } because it concerns your account or your application. There is no need to reply.
mail-foot-announcement = You receive this announcement as a contact of { $community }. Portal: { $url }
mail-foot-contact = Questions: { $contact }

mail-verify_address = Please confirm your e-mail address
    .body =
        You applied to join { $community } with this address. Please confirm that the address is yours: only then does your application reach the Secretariat.

        The link can be used once and is good for { $hours } hours. If you did not apply, ignore this message and nothing happens.
    .button = Confirm my address

mail-already_registered = You already have an account
    .body =
        Somebody, probably you, applied to join { $community } with this address. It already has an account, so there is nothing to apply for: just log in.

        If you forgot your password, you can choose a new one. If it was not you, ignore this message: nothing was changed.
    .button = Choose a new password

mail-application_waits = An application awaits your decision: { $applicant }
    .body =
        { $applicant } ({ $organisation }) has confirmed the e-mail address of an application to { $community }.

        Please compare it with the nomination of the administration, and approve or reject it in the portal.
    .button = -

mail-approved = Welcome to { $community }
    .body =
        Your application has been approved. You are now listed in the directory, and you can log in with the password you chose.

        Please look at your profile once: the languages and technologies you enter there help colleagues to find you.
    .button = Open the portal

mail-rejected = Your application was not approved
    .body =
        The Secretariat did not approve your application to { $community }. The reason given:

        { $reason }

        You may apply again once this is settled.
    .button = -

mail-reset_password = Choose a new password
    .body =
        A new password was requested for your account at { $community }. With the link below you can choose one.

        The link can be used once and is good for { $minutes } minutes. If you did not ask for it, ignore this message: your password stays as it is.
    .button = Choose a new password

mail-password_changed = Your password was changed
    .body =
        The password of your account at { $community } was changed on { $time } (UTC), and your other sessions were ended.

        If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

## Answers that are the same whatever is known

answer-registered = Thank you. If the address can be registered, a message with a link is on its way to it. Please follow that link to confirm the address.
answer-forgot = If this address has an account, a message with a link is on its way to it.

## Pages

page-foot = Answers in English and French, as your browser asks.
page-home = Welcome
    .body = This is the portal of { $community }. Members reach it through its programming interface, which is described here.
page-verify = Confirm your address
    .body = One click, and your application goes to the Secretariat.
    .button = Confirm my address
page-verified = Thank you, your address is confirmed
    .body = Your application is now with the Secretariat. You will hear by e-mail as soon as it has been decided.
page-failed = This did not work
    .body = If your link is too old, apply or ask for a new one again.
page-forgot = Forgot your password?
    .body = Enter the address you log in with. If it has an account, we mail you a link to choose a new password.
    .button = Send me a link
page-forgot-sent = Please look into your mailbox
    .body = If this address has an account, a message with a link is on its way to it. The link is good for a short time only.
page-reset = Choose a new password
    .body = All your sessions end when the password is changed, and you log in anew.
    .button = Change my password
page-reset-done = Your password is changed
    .body = You can now log in with it.
page-setup = Set up the administrator
    .body = Whoever holds this link becomes an administrator of { $community }. The link can be used once.
    .button = Set up
page-setup-done = The administrator is set up
    .body = You can now log in with this address and password.
field-name = Name
    .hint = -
field-email = E-mail address
    .hint = -
field-password = Password
    .hint = At least 15 characters. Several words are good, and easy to remember.
link-docs = Description of the interface
link-forgot = Forgot your password?

## Problems: problem-<code> is the title, .detail what happened and what to do next

problem-internal = Something went wrong
    .detail = The portal could not do this, and it is not your fault. Please try again later; if it stays, tell the Secretariat the request id.
problem-not_found = Not found
    .detail = There is nothing here, or nothing that you may see.
problem-method_not_allowed = Not possible here
    .detail = This address does not take that method.
problem-bad_request = Not understood
    .detail = The request is not well formed.
problem-bad_query = A parameter is wrong
    .detail = Please correct the parameters named below.
problem-malformed_json = This is not JSON
    .detail = The body breaks off or is mistyped at line { $line }, column { $column }.
problem-invalid = Please correct your entries
    .detail = The fields named below can't be taken as they are. Nothing was changed.
problem-media_type = Wrong media type
    .detail = The body is expected as { $wanted }.
problem-too_large = Too large
    .detail = The body is larger than the portal takes.
problem-too_slow = Too slow
    .detail = The request took too long to arrive. Please try again.
problem-broken_body = The body broke off
    .detail = The request did not arrive whole. Please try again.
problem-busy = Too busy at the moment
    .detail = The portal has too much to do right now. Please try again in a few seconds; nothing was changed.
problem-database_unreachable = Out of order for the moment
    .detail = The portal can't reach its data right now. Please try again in a few seconds; nothing was changed.
problem-login_required = Please log in
    .detail = This needs an access token: log in, and send it as Authorization: Bearer.
problem-token_invalid = Please log in again
    .detail = The access token is not one of ours.
problem-token_expired = Please refresh your session
    .detail = The access token has run out. Use the refresh token to get a new one.
problem-session_ended = Your session has ended
    .detail = Please log in again.
problem-refresh_token_invalid = Your session has ended
    .detail = The refresh token is used, expired or unknown. Please log in again.
problem-wrong_credentials = Address or password is wrong
    .detail = Please check both. If you forgot your password, ask for a link to choose a new one. A new application must have confirmed its address first.
problem-awaiting_approval = Your application awaits approval
    .detail = The Secretariat has not decided on your application yet. You will hear by e-mail; until then only your own profile is open to you.
problem-no_active_appointment = No active appointment
    .detail = You hold no appointment in force at present. Please turn to your administration or to the Secretariat.
problem-secretariat_only = Only for the Secretariat
    .detail = This is reserved for the Secretariat.
problem-own_case = Not in your own case
    .detail = Nobody decides on their own application. Please ask a colleague.
problem-not_pending = Already decided
    .detail = This application is not waiting for a decision (it is { $status }).
problem-already_sent = Already sent
    .detail = This announcement has been sent and can't be changed any more. Write a new one.
problem-no_recipients = Nobody to send to
    .detail = No contact fits this audience. Please widen it; the draft is kept.
problem-account_exists = This address has an account
    .detail = Please use another address, or log in with this one.
problem-already_exists = Already there
    .detail = Something with the same key is there already. Nothing was changed.
problem-link_spent = This link is no longer good
    .detail = It was used, has run out, or was replaced by a newer one. Please ask for a new one.

## Faults of one field: fault-<code>

fault-missing = This is needed.
fault-unknown_field = There is no such field.
fault-wrong_type = This has the wrong form.
fault-unknown_value = { $value } is not one of the values allowed here.
fault-empty = This must not be empty.
fault-too_long = At most { $max } characters.
fault-too_many = At most { $max } entries.
fault-out_of_range = A number from { $min } to { $max }.
fault-control_characters = No line breaks or invisible characters here.
fault-bad_email = This is not an e-mail address.
fault-bad_phone = This is not a telephone number.
fault-bad_cursor = This cursor is not one of this list. Begin again without it.
fault-unknown_organisation = There is no member { $value }. Use the two-letter code, as in SN.
fault-unknown_technology = { $value } is not in the list of technologies.
fault-unknown_language = { $value } is not a language code. Use two letters, as in fr.
fault-role_not_open = One can apply as ncp or as coordinator.
fault-no_variant = There is no text in { $language }, the default language.
fault-password_too_short = At least { $min } characters. Several words are good, and easy to remember.
fault-password_too_long = At most { $max } characters.
fault-password_is_email = The password must not be your address.
fault-wrong_password = This is not your current password.
fault-bad_code = { $value } is not a code: letters, digits, - and _ only.
