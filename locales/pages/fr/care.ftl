# L’attention portée aux lecteurs : fuseaux horaires, aide, déclaration d’accessibilité, choix de la langue, démonstration.

## Fuseaux horaires

page-time-zone = Fuseau horaire
field-time_zone = Fuseau horaire
account-to-time-zone = Fuseau horaire
    .body = Le fuseau horaire dans lequel les pages vous montrent les heures.
time-zone-body = Les pages montrent les heures dans ce fuseau, avec son nom et son décalage par rapport à UTC. Les courriels et les fichiers restent en UTC, car d’autres personnes les lisent aussi.
time-zone-now = Date et heure actuelles :
time-zone-hint = Choisissez UTC, ou une ville dont les horloges affichent votre heure.
time-zone-save = Enregistrer le fuseau horaire
notice-time-zone-saved = Le fuseau horaire a été enregistré.
zones-Africa = Afrique
zones-America = Amérique
zones-Antarctica = Antarctique
zones-Arctic = Arctique
zones-Asia = Asie
zones-Atlantic = Océan Atlantique
zones-Australia = Australie
zones-Europe = Europe
zones-Indian = Océan Indien
zones-Pacific = Océan Pacifique

## Démonstration

demo-label = Démonstration
demo-banner = Démonstration : rien n’est réel ici, rien n’est conservé, aucun courriel ne part.
demo-banner-link = Changer de rôle, ou lire les courriels
page-demo = Le portail selon chaque rôle
demo-body = Ces personnes sont fictives. Chaque bouton vous connecte en tant que l’une d’elles, avec le second facteur si le rôle l’exige. Il n’y a rien à saisir.
demo-not-ready = La démonstration est en préparation. Veuillez recharger cette page dans un instant.
demo-enter = Se connecter en tant que { $name }
demo-part-ncp = Point de contact
    .body = Trouve des collègues, lit les annonces et tient sa fiche à jour.
demo-part-coordinator = Coordination
    .body = Gère les contacts d’une administration : invite des personnes, statue sur leurs mandats et indique les technologies utilisées.
demo-part-administrator = Administration du Secrétariat
    .body = Rédige les annonces, statue sur les demandes et gère les comptes et les réglages.
demo-part-approver = Seconde personne du Secrétariat
    .body = Approuve les annonces de l’autre personne : nul n’approuve sa propre annonce.
demo-part-auditor = Audit
    .body = Lit le journal d’audit et ne peut rien modifier.
demo-part-partner = Organisme partenaire
    .body = Répond aux enquêtes auprès des organismes partenaires, lit les résultats publiés et ne voit rien d’autre de la communauté.
page-demo-mails = Courriels de la démonstration
demo-mails-body = La démonstration retient tous les courriels. Ceux qui sont adressés aux 400 contacts générés ne figurent pas dans la liste.
demo-to-mails = Lire les courriels
demo-mails = Courriels
    .caption = Courriels, du plus récent au plus ancien
    .none = Aucun courriel n’a encore été retenu.
th-demo-subject = Objet
th-demo-to = Destinataire
th-demo-language = Langue
demo-direction = De droite à gauche
    .body = Le portail n’a pas encore de textes en arabe. Voici comment ses pages seront alors inversées.
demo-direction-on = Afficher les pages de droite à gauche
demo-direction-off = Afficher de nouveau les pages de gauche à droite

## La langue des courriels, proposée au pied d’une page dans une autre langue

layout-keep-language = M’envoyer désormais les courriels en français
notice-language-kept = Les courriels qui vous sont adressés sont désormais rédigés dans cette langue : { $language }.

## Aide

page-help = Aide
help-ask = Vous avez une autre question ? Écrivez à
help-to-entry = Toutes les pages d’aide
help-to-security = Sécurité de votre compte
page-help-roles = Ce que permet chaque rôle
help-entry-roles = Ce que voient et décident les points de contact, la coordination, le Secrétariat et les autres.
help-roles = Vos rôles figurent sur la page de votre compte. Une personne peut avoir plusieurs rôles.
help-roles-ncp = Point de contact national
    .body = Trouve des contacts et des Membres dans l’annuaire, lit les annonces et en confirme la lecture, tient sa fiche à jour et décide qui en voit chaque champ.
help-roles-contributor = Contribution
    .body = Voit l’annuaire et les annonces comme un point de contact, et possède une fiche au titre de son expertise.
help-roles-coordinator = Coordination
    .body = Gère les contacts d’une administration : invite des personnes, statue sur leurs mandats, corrige leurs fiches et indique les technologies que l’administration utilise. Un second facteur est exigé.
help-roles-secretariat = Secrétariat
    .body = Statue sur les demandes, gère les Membres, les comptes et les réglages, et rédige les annonces. Une annonce adressée à de nombreuses personnes est approuvée par une seconde personne. Un second facteur est exigé.
help-roles-auditor = Audit
    .body = Lit le journal d’audit et l’annuaire, et ne peut rien modifier d’autre que son propre compte. Un second facteur est exigé.
help-roles-partner = Organisme partenaire
    .body = Répond avec ses collègues aux enquêtes auprès des organismes partenaires, transmet la réponse et demande une prorogation. Possède une fiche pour le Secrétariat et gère son propre compte. L’annuaire, les Membres et leurs enquêtes ne sont pas montrés aux organismes partenaires.
page-help-second-factor = Second facteur et codes de secours
help-entry-second-factor = Applications d’authentification, clés d’accès, et que faire en cas de perte.
help-second-factor = Un second facteur est une chose que vous possédez, en plus du mot de passe que vous connaissez. Vous le choisissez sur la page consacrée à la sécurité de votre compte.
help-second-factor-why = Pourquoi est-il demandé ?
    .body = Des mots de passe sont volés par de fausses pages et par des programmes malveillants. Une personne qui n’a que votre mot de passe ne peut alors pas se connecter. La coordination, l’audit et le Secrétariat doivent avoir un second facteur ; chacun peut en avoir un.
help-second-factor-app = Comment fonctionne une application d’authentification ?
    .body = Vous installez une fois l’application sur votre téléphone, puis vous lui faites lire l’image que montre le portail, ou vous en saisissez la clé. L’application affiche ensuite un nouveau code à six chiffres toutes les 30 secondes, même sans réseau. Vous saisissez ce code après votre mot de passe.
help-second-factor-passkey = Qu’est-ce qu’une clé d’accès ?
    .body = Votre appareil ou une clé de sécurité prouve votre identité, après votre empreinte, votre visage ou le code de l’appareil. Une fausse page ne peut pas s’en servir. Elle fonctionne sans mot de passe. Votre navigateur doit autoriser les scripts sur cette page.
help-second-factor-codes = À quoi servent les codes de secours ?
    .body = Ils remplacent le second facteur si vous ne l’avez pas avec vous. Chaque code sert une fois. Imprimez-les ou notez-les, et conservez-les là où personne d’autre ne les trouve, pas sur le même téléphone. Vous pouvez en créer de nouveaux à tout moment ; les précédents cessent alors de fonctionner.
help-second-factor-lost = J’ai perdu mon second facteur
    .body = Connectez-vous avec un code de secours et configurez un autre second facteur. S’il ne vous reste aucun code, adressez-vous au Secrétariat : il vérifie votre identité et supprime le facteur perdu.
help-second-factor-new-phone = J’ai un nouveau téléphone
    .body = Tant que vous avez encore l’ancien, connectez-vous avec lui, supprimez l’application sur la page consacrée à la sécurité de votre compte, puis configurez-la de nouveau sur le nouveau téléphone. Une clé d’accès du nouveau téléphone peut être ajoutée à côté de la précédente.
page-help-keyboard = Utilisation au clavier
help-entry-keyboard = Toutes les pages fonctionnent sans souris.
help-keyboard = Aucune page ne demande de souris, et aucune touche n’a de sens propre au portail : celles de votre navigateur et de votre lecteur d’écran fonctionnent comme ailleurs.
help-keyboard-skip = Passer le menu
    .body = Le premier lien de chaque page mène à son contenu. Appuyez une fois sur Tab après le chargement de la page, puis sur Entrée.
help-keyboard-move = Se déplacer dans une page
    .body = Tab mène au lien, au champ ou au bouton suivant, et Maj avec Tab au précédent. Un cadre jaune montre où vous êtes. Chaque page a des titres dans l’ordre, par lesquels un lecteur d’écran peut se déplacer.
help-keyboard-forms = Remplir un formulaire
    .body = La barre d’espace coche une case et actionne un bouton ; les flèches choisissent parmi des options ; Entrée envoie le formulaire. En cas d’erreur, la page commence par une liste de problèmes, chacun avec un lien vers son champ, et ce que vous avez saisi est conservé, sauf les mots de passe et les codes.
help-keyboard-lists = Parcourir une liste
    .body = Les liens vers la page suivante et vers la première page se trouvent sous chaque liste. La touche Retour du navigateur ramène à la liste là où vous l’avez quittée, avec ses filtres.
help-keyboard-zoom = Agrandir une page
    .body = Ctrl avec la touche plus agrandit une page ; sur un Mac, Cmd avec la touche plus. À 400 %, la page a une seule colonne, et rien ne doit être déplacé latéralement sauf les tableaux larges.
help-entry-address-book = Les contacts de l’annuaire sur votre téléphone ou dans votre logiciel de messagerie.
help-entry-markdown = Titres, listes, liens et tableaux dans les annonces.
help-entry-privacy = Les données que le portail conserve à votre sujet, pendant combien de temps, et ce que vous pouvez en faire.
help-entry-accessibility = Ce qui est fait pour que chacun puisse utiliser le portail, et ce qui ne fonctionne pas encore.

## Déclaration d’accessibilité

layout-accessibility = Accessibilité
page-accessibility = Déclaration d’accessibilité
help-accessibility = Cette déclaration porte sur les pages de ce portail et sur les courriels qu’il envoie.
help-accessibility-aim = Notre objectif
    .body = Les pages sont conçues pour respecter les règles pour l’accessibilité des contenus web (WCAG) 2.2 au niveau AA.
help-accessibility-works = Ce qui fonctionne
    .body = Toutes les pages s’utilisent au clavier seul, avec un lecteur d’écran, sans scripts, agrandies à 400 %, en couleurs claires ou sombres et avec les couleurs de votre système. Chaque champ a un libellé, chaque erreur est indiquée à son champ, chaque graphique a un tableau avec les mêmes chiffres, et votre travail n’est pas perdu : ce que vous avez saisi revient après une nouvelle connexion.
help-accessibility-limits = Ce qui ne fonctionne pas encore
    .body = Ajouter et utiliser une clé d’accès demande des scripts ; une application d’authentification n’en demande pas. Les annonces sont rédigées par des personnes, et les lettres de désignation sont des fichiers de leurs auteurs : nous ne pouvons pas garantir qu’elles soient accessibles. Les textes existent en anglais et en français ; certaines annonces n’existent qu’en une langue, et l’indiquent. Les tableaux larges se déplacent latéralement sur les petits écrans.
help-accessibility-tested = Comment cela a été vérifié
    .body = Des contrôles automatiques lisent chaque page du portail à chaque modification : balisage, titres, libellés, contraste et largeur. Le portail n’a pas été audité par un organisme indépendant.
help-accessibility-tell = Signaler un obstacle
    .body = Si quelque chose vous empêche d’utiliser le portail, indiquez-nous la page et ce que vous vouliez faire. Si vous avez besoin d’une information sous une autre forme, demandez-la de la même manière.
