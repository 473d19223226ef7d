/** Joins what it stands between without being seen: breaks a mention or a link, keeps the look. */
const joiner = '\u2060';

/**
 * Text for Slack and for what speaks its language. The three signs of its markup are escaped; mentions
 * (`@channel`, which Mattermost and others take without brackets) and addresses do not come to life:
 * a user id may be chosen by an attacker, and must not call everybody or offer a link to click.
 */
export const slackText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<![\p{L}\p{N}])@(?=\S)/gu, `@${joiner}`)
    .replace(/:\/\//gu, `:${joiner}//`);
