### Connexion, seconds facteurs, sessions et mots de passe.

page-login = Se connecter
    .first = La page demandée n’est ouverte qu’aux personnes connectées. Connectez-vous pour l’afficher.
    .join = Pour rejoindre la communauté, demandez votre inscription ici, ou adressez-vous à la coordination de votre administration ou au Secrétariat.
notice-logged-out = Vous êtes maintenant déconnecté(e).
page-code = Deuxième étape de la connexion
code-recovery-alone = Vous pouvez aussi utiliser l’un de vos codes de secours.
code-hint = Les espaces n’ont pas d’importance.
code-either-hint = Les six chiffres affichés par votre application d’authentification, ou l’un de vos codes de secours. Les espaces n’ont pas d’importance.
code-app-hint = Les six chiffres affichés par votre application d’authentification. Les espaces n’ont pas d’importance.
code-recovery-hint = L’un de vos codes de secours : quinze lettres et chiffres. Les espaces, les tirets et les majuscules n’ont pas d’importance.
code-lost = Si vous avez perdu votre téléphone et vos codes de secours, adressez-vous au Secrétariat.
field-code = Code

## Nouvelle preuve d’identité, et formulaires interrompus par une connexion

page-prove = Confirmez votre identité
    .body = Pour cette étape, saisissez de nouveau votre mot de passe. Si vous utilisez un second facteur, un code est également demandé. Une clé d’accès remplace les deux.
prove-confirm = Confirmer
prove-by-passkey = Confirmer avec une clé d’accès
prove-passkey-failed = La clé d’accès n’a pas été utilisée. Réessayez, ou confirmez d’une autre manière.
prove-passkey-missing = Ce navigateur ne peut pas utiliser de clé d’accès ici, ou les scripts sont désactivés.
page-resume = Rien n’a encore été enregistré
    .body = Il fallait renouveler votre connexion avant de pouvoir accepter votre formulaire. Vos saisies sont toujours là, sauf les mots de passe et les codes. Vérifiez-les et envoyez-les de nouveau.
resume-kept = Votre formulaire n’a pas encore été enregistré. Vos saisies sont conservées et vous seront présentées après cette étape ; un fichier devra être choisi de nouveau.
resume-send = Envoyer de nouveau
notice-resume-late = Votre connexion est rétablie. Le formulaire envoyé auparavant datait de plus de deux heures : il n’a pas été enregistré et ses saisies ne sont plus disponibles.

## Éléments

identity-never = jamais
field-keep_api_tokens = Conserver mes jetons d’API
link-login = Se connecter
link-apply = Demander son inscription
link-own-entry = Votre fiche dans l’annuaire
link-forgot-again = Demander un autre lien
link-security = Sécurité de votre compte
link-go-on = Continuer vers la page demandée
program-on = { $program } sur { $system }
program-unknown = Programme inconnu

## Connexion avec une clé d’accès

page-passkey-login = Se connecter avec une clé d’accès
passkey-login-how = Votre appareil demande votre empreinte, votre visage ou votre code PIN. Aucune adresse et aucun mot de passe ne sont à saisir.
passkey-use = Utiliser ma clé d’accès
passkey-failed = La clé d’accès n’a pas été utilisée. Réessayez, ou choisissez un autre moyen de connexion.
passkey-missing = Ce navigateur ne peut pas utiliser de clé d’accès ici, ou les scripts sont désactivés. Utilisez votre mot de passe, avec un code de votre application d’authentification ou un code de secours.
link-passkey-login = Se connecter avec une clé d’accès
link-password-login = Se connecter avec un mot de passe

## Vue d’ensemble

page-security = Sécurité de votre compte
security-missing = Veuillez configurer un second facteur
    .body = Votre fonction exige un second facteur en plus du mot de passe. En attendant, seul votre propre compte est accessible.
security-required = Votre fonction exige un second facteur.
security-advised = Votre fonction n’exige pas de second facteur. Nous vous conseillons d’en utiliser un : un mot de passe volé ne suffit alors plus pour se connecter.
security-no-codes = Vous n’avez plus de codes de secours. Sans eux, vous ne pourriez plus vous connecter si vous perdiez votre téléphone ou votre clé d’accès.
security-suspended = { COUNT($count) ->
        [one] L’une de vos clés d’accès est suspendue.
       *[other] { $count } de vos clés d’accès sont suspendues.
    }
security-last-factor = S’il ne reste aucun autre second facteur, vos codes de secours et les jetons d’API créés avec deux facteurs prennent fin aussi.
security-login = Connexion
security-password = défini
security-factors = Seconds facteurs
security-app = Application d’authentification
security-app-there = configurée
security-app-missing = non configurée
security-passkeys = Clés d’accès
    .count = { COUNT($count) ->
        [0] aucune
        [one] une
       *[other] { $count }
    }
security-codes = Codes de secours
    .count = { COUNT($count) ->
        [0] aucun code restant
        [one] un code restant
       *[other] { $count } codes restants
    }
security-access = Accès
security-sessions = Sessions
    .count = { COUNT($count) ->
        [one] une
       *[other] { $count }
    }
security-tokens = Jetons d’API
    .count = { COUNT($count) ->
        [0] aucun
        [one] un
       *[other] { $count }
    }
link-address = Modifier votre adresse électronique
link-password = Modifier votre mot de passe
link-authenticator-set-up = Configurer une application d’authentification
link-authenticator-remove = Retirer l’application d’authentification
link-passkeys = Vos clés d’accès
link-passkey-add = Ajouter une clé d’accès
link-codes-new = Créer de nouveaux codes de secours
link-sessions = Vos sessions
link-tokens = Vos jetons d’API

## Application d’authentification

page-authenticator = Configurer une application d’authentification
authenticator-what = Une application d’authentification installée sur votre téléphone affiche un nouveau code toutes les trente secondes. Vous le saisissez après votre mot de passe. Toute application de ce type convient.
authenticator-then = Vous recevez ensuite des codes de secours pour le jour où vous n’avez pas votre téléphone. Vos autres sessions prennent fin.
authenticator-begin = Afficher la clé
authenticator-open = Ouvrez l’application sur votre téléphone et ajoutez un compte.
authenticator-scan = Scannez cette image avec l’application.
authenticator-qr = Code QR contenant la clé pour l’application d’authentification. La même clé suit sous forme de texte.
authenticator-type = Ou saisissez cette clé dans l’application :
authenticator-here = Ou, sur le téléphone où se trouve l’application : ouvrir l’application avec cette clé
authenticator-code = Saisissez le code que l’application affiche maintenant.
authenticator-confirm = Confirmer l’application
page-authenticator-remove = Retirer l’application d’authentification ?
    .body = Les codes de l’application ne seront plus acceptés.
    .button = Retirer l’application
notice-authenticator-removed = L’application d’authentification a été retirée.

## Codes de secours

page-codes = Vos codes de secours
codes-what = Chacun de ces codes remplace une fois votre second facteur, par exemple si vous perdez votre téléphone. Imprimez cette page, ou copiez les codes en lieu sûr.
codes-for = Compte :
codes-once = Les codes ne sont affichés que cette fois. Les codes précédents ne sont plus valables.
field-kept = J’ai imprimé ou copié les codes
codes-go-on = Continuer
notice-codes-kept = Vos codes de secours sont prêts à l’emploi.
page-codes-new = Créer de nouveaux codes de secours ?
    .body = Vous recevez dix nouveaux codes. Vos codes précédents ne seront plus valables.
    .button = Créer de nouveaux codes

## Clés d’accès

page-passkeys = Vos clés d’accès
passkeys-what = Une clé d’accès est conservée par votre appareil, votre navigateur ou une clé de sécurité. Elle permet de se connecter par empreinte, visage ou code PIN, sans mot de passe et sans code.
passkeys-none = Vous n’avez pas encore de clé d’accès.
passkeys-name = Nom de la clé d’accès
    .hint = Pour la reconnaître plus tard, par exemple « Ordinateur du bureau ».
passkeys-since = Ajoutée
passkeys-used = Dernière utilisation
passkeys-state = État
passkeys-backed-up = sauvegardée
passkeys-single = sur un seul appareil
passkeys-suspended = suspendue
passkeys-change = Modifier
passkeys-accept = Accepter de nouveau « { $name } »
passkeys-remove = Retirer « { $name } »
page-passkey-new = Ajouter une clé d’accès
passkey-then = Vous donnez ensuite un nom à la clé d’accès, et votre appareil demande votre empreinte, votre visage ou votre code PIN.
passkey-begin = Continuer
passkey-make = Créer la clé d’accès
passkey-missing-here = Ce navigateur ne peut pas créer de clé d’accès ici, ou les scripts sont désactivés. Utilisez un autre navigateur, ou configurez plutôt une application d’authentification.
page-passkey-remove = Retirer la clé d’accès « { $name } » ?
    .body = Elle ne permettra plus de se connecter. Supprimez-la aussi sur votre appareil.
    .button = Retirer la clé d’accès
page-passkey-accept = Accepter de nouveau la clé d’accès « { $name } » ?
    .body = Faites-le seulement si vous avez vous-même restauré ou déplacé cette clé d’accès. Sinon, quelqu’un en possède peut-être une copie : revenez alors en arrière et retirez-la.
    .button = Accepter la clé d’accès
notice-passkey-added = La clé d’accès « { $name } » a été ajoutée.
notice-passkey-removed = La clé d’accès « { $name } » a été retirée.
notice-passkey-accepted = La clé d’accès « { $name } » peut de nouveau être utilisée.

## Mot de passe et adresse

page-password = Modifier votre mot de passe
password-ends = Vos autres sessions prennent fin lorsque le mot de passe est modifié.
password-change = Modifier le mot de passe
field-current_password = Mot de passe actuel
field-new_password = Nouveau mot de passe
notice-password-changed = Votre mot de passe a été modifié. Vos autres sessions ont pris fin.
page-address = Modifier votre adresse électronique
address-now = Votre adresse actuelle :
address-how = Un lien est envoyé à la nouvelle adresse. Votre adresse est modifiée lorsque vous utilisez ce lien. L’ancienne adresse en est informée et peut annuler la modification pendant une semaine.
address-hint = La nouvelle adresse.
address-send = M’envoyer le lien
notice-address-asked = Si { $email } peut être utilisée, un courriel contenant un lien y a été envoyé. Votre adresse reste inchangée jusqu’à l’utilisation de ce lien.

## Sessions

page-sessions = Vos sessions
sessions-what = Voici les navigateurs et les programmes dans lesquels vous avez ouvert une session. Si vous n’en reconnaissez pas une, fermez-la et modifiez votre mot de passe.
sessions-program = Programme
sessions-network = Réseau
sessions-level = Connexion
sessions-since = Depuis
sessions-seen = Dernière utilisation
sessions-end = Fermer
sessions-two-factors = deux facteurs
sessions-one-factor = mot de passe seul
sessions-this = cet appareil
sessions-end-one = Fermer { $name }
sessions-others = Toutes les autres sessions
    .body = Toutes les sessions sauf celle-ci prennent fin, et vos jetons d’API sont révoqués, à moins que vous ne les conserviez.
sessions-end-others = Fermer toutes les autres sessions
sessions-rename = Renommer { $name }
page-session-name = Nommer une session
session-name-hint = Pour la reconnaître plus tard, par exemple « Téléphone ». Laissez le champ vide pour retirer le nom.
session-name-save = Enregistrer le nom
notice-session-named = Le nom de la session est enregistré.
notice-session-ended = La session a été fermée.
notice-sessions-ended = Toutes les autres sessions ont été fermées.

## Jetons d’API

page-tokens = Vos jetons d’API
tokens-what = Un jeton d’API permet à l’un de vos propres programmes d’utiliser le portail en votre nom. Il ne peut rien de plus que ce que vous autorisez ici, et ne gère jamais votre compte.
tokens-none = Vous n’avez pas de jeton d’API.
field-scopes = Autorisations
tokens-until = Valable jusqu’au
tokens-used = Dernière utilisation
tokens-change = Modifier
tokens-revoke = Révoquer « { $name } »
link-token-new = Créer un jeton d’API
page-token-new = Créer un jeton d’API
token-name-hint = Pour le reconnaître plus tard, par exemple « Carnet d’adresses ».
token-days-hint = Le jeton prend ensuite fin automatiquement.
token-make = Créer le jeton
field-expires_in_days = Durée de validité, en jours
page-token-made = Votre nouveau jeton d’API
token-made-what = Voici le secret de « { $name } ». Copiez-le maintenant dans votre programme : il n’est affiché que cette fois.
token-made-done = J’ai copié le jeton
page-token-revoke = Révoquer le jeton d’API « { $name } » ?
    .body = Les programmes qui l’utilisent sont désormais refusés. Cette action est irréversible.
    .button = Révoquer le jeton
notice-token-revoked = Le jeton d’API a été révoqué.
