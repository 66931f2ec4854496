### Le compte, la page d’accueil, la demande d’inscription.

## Accueil

home-apply = Demander son inscription
home-news = Annonces publiques
home-waiting = Votre situation
home-second-factor = Un second facteur est nécessaire
    .body = Votre fonction donne accès aux données d’autres personnes ; un mot de passe ne suffit donc pas. Ajoutez une application d’authentification ou une clé d’accès ; tout vous sera ensuite accessible.
    .button = Ajouter un second facteur
home-no-appointment = Vous n’avez aucun mandat auprès d’une administration membre ; seul votre propre compte vous est accessible.
home-since = depuis le { DAY($at, $zone) }
home-decision = La coordination de votre administration ou le Secrétariat statue. Il n’y a pas de délai fixe : la décision vous est communiquée par courriel, et un rappel est adressé aux personnes qui statuent. Elles seules peuvent lire la lettre de désignation.
home-letter-asked = Les personnes qui statuent peuvent demander votre lettre de désignation.
home-read-entry = Relire votre fiche et la confirmer
home-whom-to-ask = Questions
    .body = Adressez-vous à la coordination de votre administration ou au Secrétariat.
    .agency = Adressez-vous au Secrétariat.
home-account = Votre compte
home-confirm = Veuillez confirmer votre fiche dans l’annuaire
home-confirm-by = à confirmer au plus tard le { DAY($at, $zone) }
home-acknowledge = { COUNT($count) ->
        [one] Une annonce attend votre confirmation de lecture
       *[other] { $count } annonces attendent votre confirmation de lecture
    }
home-queues = Ce qui vous attend
home-others = En attente d’autres personnes :
home-oldest = La plus ancienne depuis le { DAY($at, $zone) }
home-unread = Annonces non lues
home-all-read = Vous n’avez aucune annonce non lue.
home-no-other-unread = Vous n’avez aucune autre annonce non lue.
home-more-unread = Toutes les annonces, dont d’autres non lues
home-announcements = Toutes les annonces
home-find = Trouver un contact
home-find-label = Nom, administration ou numéro de téléphone
home-find-hint = Le début d’un mot suffit. Les accents n’ont pas d’importance.
home-find-button = Chercher dans l’annuaire
home-log = Journal d’audit
    .link = Consulter le journal d’audit
home-agency-open = Enquêtes en attente
    .caption = Enquêtes auxquelles répondre
    .none = Aucune enquête n’attend une réponse de votre organisme.
home-agency-past = Autres éditions
    .caption = Éditions passées ou à venir
    .none = Il n’y a aucune autre édition.
home-agency-rounds = Toutes les éditions, avec leurs résultats
home-regions = La communauté par région
home-region = Région
home-region-members = Membres
home-region-without = Membres sans contact
home-region-contacts = Contacts
home-region-unconfirmed = Contacts non confirmés
home-region-none = Sans région

## Le compte

page-account = Votre compte
account-appointments = Vos mandats
account-role = Rôle
account-member = Organisation
account-status = État
account-reason = Ce qui en a été dit
account-no-appointments = Vous n’avez aucun mandat.
account-name-flagged = Votre nom actuel est réservé au Secrétariat. Veuillez le modifier dans votre profil ; d’ici là, l’annuaire n’affiche pas votre fiche.
account-mail-problem = Depuis le { DAY($at, $zone) }, les annonces ne parviennent plus à votre adresse électronique. Si l’adresse est exacte, confirmez votre fiche ; sinon, modifiez l’adresse.
account-places = Ce que vous pouvez faire ici
account-to-profile = Profil
    .body = Nom, langue, fonction, téléphone, et qui voit quoi
account-to-own-profile = Profil
    .body = Nom, langue, fonction et téléphone
account-to-own-entry = Votre fiche
    .body = Ce que voit le Secrétariat ; la confirmation annuelle
account-to-entry = Fiche dans l’annuaire
    .body = Telle que vous la voyez et que d’autres la voient ; la confirmation annuelle
account-to-subscriptions = Abonnements
    .body = Thèmes des annonces, et leur fréquence
account-to-security = Connexion et sécurité
    .body = Mot de passe, adresse électronique, seconds facteurs, clés d’accès
account-to-sessions = Sessions
    .body = Les appareils sur lesquels une session est ouverte
account-to-tokens = Jetons d’API
    .body = Accès pour vos propres programmes et carnets d’adresses
account-to-history = Historique
    .body = Ce qui a été fait avec votre compte, et quand
account-to-data = Vos données
    .body = Tout exporter, ou faire effacer le compte
account-back = Retour à votre compte
account-optional = Facultatif
account-audience-secretariat = Le Secrétariat seulement
account-audience-organisation = Votre administration et le Secrétariat
account-audience-region = Votre région et le Secrétariat
account-audience-members = Toute la communauté
account-audience-public = Tout le monde
account-reader-organisation = Un contact de votre administration
account-reader-region = Un contact d’une autre administration de votre région
account-reader-members = Un contact d’une autre région
account-seen-by-organisation = Voici ce que voit un contact de votre administration.
account-seen-by-region = Voici ce que voit un contact d’une autre administration de votre région.
account-seen-by-members = Voici ce que voit un contact d’une autre région.

## Le profil et ses champs

page-profile = Votre profil
profile-name-hint = La coordination de votre administration, ou le Secrétariat, est informée de tout changement de nom.
profile-language-hint = La langue des courriels que vous recevez. Les pages et les courriels du portail lui-même sont en français ou en anglais. Les annonces paraissent aussi dans les autres langues, si elles y sont rédigées.
profile-entry = Votre fiche dans l’annuaire
    .body = Votre nom, votre rôle et votre administration sont visibles de toute la communauté. Vous choisissez qui voit le reste.
profile-phone-hint = Avec l’indicatif du pays, par exemple +221 33 800 00 00. Un numéro sans indicatif est admis, mais ne peut pas être appelé depuis d’autres pays.
profile-languages-hint = Noms de langues, séparés par des virgules : français, anglais, wolof
profile-save = Enregistrer le profil
profile-address = L’adresse électronique se modifie sur une autre page :
field-preferred_language = Langue
field-email_audience = Qui voit l’adresse électronique
field-job_title = Fonction
field-job_title_audience = Qui voit la fonction
field-phone = Téléphone professionnel
field-phone_audience = Qui voit le numéro de téléphone
field-languages = Langues parlées
field-languages_audience = Qui voit les langues
field-technologies = Technologies connues
field-technologies_audience = Qui voit les technologies
notice-profile-saved = Votre profil est enregistré. Voici comment il se présente.

## La fiche

page-entry = Votre fiche dans l’annuaire
entry-of-agency = Votre fiche
    .body = Le Secrétariat voit cette fiche.
entry-seen-by = { $audience ->
        [secretariat] Visible par : le Secrétariat seulement
        [organisation] Visible par : votre administration et le Secrétariat
        [region] Visible par : votre région et le Secrétariat
        [public] Visible par : tout le monde
       *[members] Visible par : toute la communauté
    }
entry-eyes = Voir la fiche comme d’autres la voient :
entry-own-eyes = Votre propre vue
entry-not-shown = non affiché
entry-empty = non renseigné
entry-change = Modifier la fiche
entry-confirmations = Tout est-il exact ?
    .body = Une fois par an, vous confirmez que vous êtes toujours un contact et que la fiche est exacte.
entry-not-listed = Vous n’avez aucun mandat en vigueur ; l’annuaire n’affiche donc pas votre fiche et il n’y a rien à confirmer.
entry-confirm = Confirmer que cette fiche est exacte
notice-entry-confirmed = Merci. Votre fiche est confirmée pour un an.

## Abonnements

subscriptions-next-digest = Le prochain récapitulatif sera envoyé le { DAY($at, $zone) } à { HOUR($at, $zone) } { ZONE($at, $zone) }.
notice-subscriptions-saved = Votre choix est enregistré et s’applique dès maintenant.

## La demande d’inscription

page-correct = Corriger la demande
    .body = Une demande a été faite avec votre adresse. D’autres personnes ont pu l’utiliser : saisissez ici ce qui est exact. L’adresse reste la même, et rien n’est transmis avant que vous ne l’ayez confirmée.
correct-button = Conserver cette demande
page-apply = Demander votre inscription à la communauté
    .body = Pour les personnes désignées par une administration membre comme point de contact national ou pour la coordination.
apply-next = Vous recevrez un courriel avec un lien qui permet de choisir votre mot de passe. Votre administration ou le Secrétariat statue ensuite sur la demande.
apply-roles = Ce que chaque rôle permet
apply-choose-member = Choisir un Membre
apply-choose-role = Choisir un rôle
apply-member-missing = Choisissez votre Membre.
apply-email-hint = Votre propre adresse, au travail
apply-phone-hint = Facultatif. Avec l’indicatif du pays, par exemple +221 33 800 00 00. Un numéro sans indicatif est admis, mais ne peut pas être appelé depuis d’autres pays.
apply-official-hint = Facultatif. La personne qui a signé la lettre de désignation
apply-button = Envoyer la demande
apply-known = Vous avez déjà un compte ?
field-organisation = Membre
field-role = Rôle
field-nominating_official = Autorité ayant procédé à la désignation
field-nomination_reference = Référence de la lettre de désignation
page-applied = Veuillez consulter votre messagerie électronique
applied-next = Si aucun courriel ne vous parvient dans l’heure, consultez le dossier des courriels indésirables, puis présentez une nouvelle demande ou adressez-vous au Secrétariat.

## L’historique

page-history = L’historique de votre compte
    .body = Ce que le journal d’audit contient à votre sujet. Si une opération n’est pas de vous, modifiez votre mot de passe et prévenez le Secrétariat.
history-empty = Il n’y a encore aucune inscription au journal.
history-at = Quand
history-what = Quoi
history-who = Qui
history-network = Depuis quel réseau
history-actor-self = Vous
history-actor-other = Une autre personne
history-actor-unknown = Sans connexion

## Exportation et effacement

page-data = Vos données
    .body = Vous pouvez tout consulter et corriger sur les pages de votre compte.
data-export = Exportation
    .body = Un fichier contenant tout ce qui est conservé à votre sujet. Le journal d’audit mentionne l’exportation. Une nouvelle preuve de votre identité vous est demandée.
    .button = Tout télécharger dans un fichier ZIP
data-erase = Effacement
    .body = Vous quittez la communauté, et vos données personnelles sont effacées.
    .link = Faire effacer le compte
page-erase = Faire effacer votre compte
erase-appointments = Tous vos mandats prennent fin immédiatement, et l’annuaire ne vous affiche plus.
erase-login = Vous ne pouvez plus vous connecter.
erase-grace = Vos données personnelles sont effacées après { SPAN($days, "days") }. Jusque-là, un lien envoyé par courriel permet de conserver le compte ; les mandats terminés le restent.
erase-log = Le journal d’audit est conservé. Il ne contient aucun nom.
erase-button = Mettre fin à tous les mandats et faire effacer le compte
notice-account-leaving = Votre compte est fermé. Vos données seront effacées le { DAY($day) } ; jusque-là, le lien du courriel que vous recevez permet de conserver le compte.
