### Login, second factors, sessions and passwords.

page-login = Log in
    .first = The page that you asked for is open only to people who are logged in. Log in, and it is shown.
    .join = To join the community, apply here, or contact the coordinators of your administration or the Secretariat.
notice-logged-out = You are logged out.
page-code = Second step of the login
code-recovery-alone = You can also use one of your recovery codes.
code-hint = Spaces make no difference.
code-either-hint = The six digits that your authenticator app shows, or one of your recovery codes. Spaces make no difference.
code-app-hint = The six digits that your authenticator app shows. Spaces make no difference.
code-recovery-hint = One of your recovery codes: fifteen letters and digits. Spaces, dashes and capitals make no difference.
code-lost = If you have lost your phone and your recovery codes, contact the Secretariat.
field-code = Code

## A fresh proof, and forms that a login interrupted

page-prove = Confirm that it is you
    .body = For this step, please enter your password again. If you use a second factor, a code is needed too. A passkey replaces both.
prove-confirm = Confirm
prove-by-passkey = Confirm with a passkey
prove-passkey-failed = The passkey was not used. Try again, or confirm in another way.
prove-passkey-missing = This browser cannot use passkeys here, or scripts are turned off.
page-resume = Nothing has been saved yet
    .body = Your login had to be renewed before your form could be accepted. Your entries are still here, except for passwords and codes. Check them and send them again.
resume-kept = Your form has not been saved yet. Your entries are kept and will be shown again after this step; a file has to be chosen again.
resume-send = Send again
notice-resume-late = You are logged in. The form you sent before was more than two hours old: it was not saved, and its entries are no longer available.

## Parts

identity-never = never
field-keep_api_tokens = Keep my API tokens
link-login = Log in
link-apply = Apply to join
link-own-entry = Your entry in the directory
link-forgot-again = Ask for another link
link-security = Security of your account
link-go-on = Continue to the page you asked for
program-on = { $program } on { $system }
program-unknown = Unknown program

## Login with a passkey

page-passkey-login = Log in with a passkey
passkey-login-how = Your device asks for your fingerprint, your face or your PIN. You need not type an address or a password.
passkey-use = Use my passkey
passkey-failed = The passkey was not used. Try again, or use another way to log in.
passkey-missing = This browser cannot use passkeys here, or scripts are turned off. Use your password, with a code from your authenticator app or a recovery code.
link-passkey-login = Log in with a passkey
link-password-login = Log in with a password

## The overview

page-security = Security of your account
security-missing = Please set up a second factor now
    .body = Your role requires a second factor beside the password. Until you have one, only your own account is available.
security-required = Your role requires a second factor.
security-advised = Your role does not require a second factor. We advise you to use one: a stolen password alone then lets nobody in.
security-no-codes = You have no recovery codes left. Without them, you could no longer log in if you lost your phone or your passkey.
security-suspended = { COUNT($count) ->
        [one] One of your passkeys is suspended.
       *[other] { $count } of your passkeys are suspended.
    }
security-last-factor = If no other second factor is left, your recovery codes and the API tokens made with two factors end too.
security-login = Login
security-password = set
security-factors = Second factors
security-app = Authenticator app
security-app-there = set up
security-app-missing = not set up
security-passkeys = Passkeys
    .count = { COUNT($count) ->
        [0] none
        [one] one
       *[other] { $count }
    }
security-codes = Recovery codes
    .count = { COUNT($count) ->
        [0] none left
        [one] one left
       *[other] { $count } left
    }
security-access = Access
security-sessions = Sessions
    .count = { COUNT($count) ->
        [one] one
       *[other] { $count }
    }
security-tokens = API tokens
    .count = { COUNT($count) ->
        [0] none
        [one] one
       *[other] { $count }
    }
link-address = Change your e-mail address
link-password = Change your password
link-authenticator-set-up = Set up an authenticator app
link-authenticator-remove = Remove the authenticator app
link-passkeys = Your passkeys
link-passkey-add = Add a passkey
link-codes-new = Make new recovery codes
link-sessions = Your sessions
link-tokens = Your API tokens

## Authenticator app

page-authenticator = Set up an authenticator app
authenticator-what = An authenticator app on your phone shows a new code every thirty seconds. You enter it after your password. Any app of this kind will do.
authenticator-then = You then get recovery codes for the day you do not have your phone. Your other sessions end.
authenticator-begin = Show the key
authenticator-open = Open the app on your phone and add an account.
authenticator-scan = Scan this picture with the app.
authenticator-qr = QR code with the key for the authenticator app. The same key follows as text.
authenticator-type = Or type this key into the app:
authenticator-here = Or, on the phone that has the app: open the app with this key
authenticator-code = Enter the code that the app now shows.
authenticator-confirm = Confirm the app
page-authenticator-remove = Remove the authenticator app?
    .body = The codes of the app will no longer be accepted.
    .button = Remove the app
notice-authenticator-removed = The authenticator app was removed.

## Recovery codes

page-codes = Your recovery codes
codes-what = Each of these codes replaces your second factor once, for example if you lose your phone. Print this page, or copy the codes to a safe place.
codes-for = Account:
codes-once = The codes are shown only this once. Earlier codes are no longer valid.
field-kept = I have printed or copied the codes
codes-go-on = Continue
notice-codes-kept = Your recovery codes are ready for use.
page-codes-new = Make new recovery codes?
    .body = You get ten new codes. Your earlier codes will no longer be valid.
    .button = Make new codes

## Passkeys

page-passkeys = Your passkeys
passkeys-what = A passkey is kept by your device, your browser or a security key. With it you log in by fingerprint, face or PIN, without a password and without a code.
passkeys-none = You have no passkey yet.
passkeys-name = Name of the passkey
    .hint = To recognise it later, for example “Office laptop”.
passkeys-since = Added
passkeys-used = Last used
passkeys-state = State
passkeys-backed-up = backed up
passkeys-single = on one device only
passkeys-suspended = suspended
passkeys-change = Change
passkeys-accept = Accept “{ $name }” again
passkeys-remove = Remove “{ $name }”
page-passkey-new = Add a passkey
passkey-then = Next, you give the passkey a name, and your device asks for your fingerprint, your face or your PIN.
passkey-begin = Continue
passkey-make = Make the passkey
passkey-missing-here = This browser cannot make passkeys here, or scripts are turned off. Use another browser, or set up an authenticator app instead.
page-passkey-remove = Remove the passkey “{ $name }”?
    .body = You can no longer log in with it. Delete it on your device too.
    .button = Remove the passkey
page-passkey-accept = Accept the passkey “{ $name }” again?
    .body = Do this only if you restored or moved this passkey yourself. Otherwise somebody may have a copy of it: then go back and remove it.
    .button = Accept the passkey
notice-passkey-added = The passkey “{ $name }” was added.
notice-passkey-removed = The passkey “{ $name }” was removed.
notice-passkey-accepted = The passkey “{ $name }” can be used again.

## Password and address

page-password = Change your password
password-ends = Your other sessions end when the password is changed.
password-change = Change the password
field-current_password = Current password
field-new_password = New password
notice-password-changed = Your password was changed. Your other sessions have ended.
page-address = Change your e-mail address
address-now = Your address now:
address-how = We send a link to the new address. Your address changes when you use that link. The old address is notified, and can undo the change for a week.
address-hint = The new address.
address-send = Send me the link
notice-address-asked = If { $email } can be used, an e-mail with a link has been sent to it. Your address remains unchanged until you use that link.

## Sessions

page-sessions = Your sessions
sessions-what = These are the browsers and programs in which you are logged in. If you do not recognise one, end it and change your password.
sessions-program = Program
sessions-network = Network
sessions-level = Login
sessions-since = Since
sessions-seen = Last used
sessions-end = End
sessions-two-factors = two factors
sessions-one-factor = password only
sessions-this = this device
sessions-end-one = End { $name }
sessions-others = All other sessions
    .body = Every session but this one ends, and your API tokens are revoked unless you keep them.
sessions-end-others = End all other sessions
sessions-rename = Rename { $name }
page-session-name = Name a session
session-name-hint = To recognise it later, for example “Phone”. Leave it empty to remove the name.
session-name-save = Save the name
notice-session-named = The session has its new name.
notice-session-ended = The session was ended.
notice-sessions-ended = All other sessions were ended.

## API tokens

page-tokens = Your API tokens
tokens-what = An API token lets one of your own programs use the portal in your name. It can do no more than you allow it here, and never manages your account.
tokens-none = You have no API tokens.
field-scopes = Permissions
tokens-until = Valid until
tokens-used = Last used
tokens-change = Change
tokens-revoke = Revoke “{ $name }”
link-token-new = Make an API token
page-token-new = Make an API token
token-name-hint = To recognise it later, for example “Address book”.
token-days-hint = The token then ends by itself.
token-make = Make the token
field-expires_in_days = Valid for how many days
page-token-made = Your new API token
token-made-what = This is the secret of “{ $name }”. Copy it into your program now: it is shown only this once.
token-made-done = I have copied the token
page-token-revoke = Revoke the API token “{ $name }”?
    .body = Programs that use it are refused from now on. This cannot be undone.
    .button = Revoke the token
notice-token-revoked = The API token was revoked.
