/** Every word that is mailed. A link carries its secret behind the `#`, which no server and no log ever sees. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface LinkTo {
  readonly to: string;
  /** Where the pages are, `https://fair.example`. */
  readonly site: string;
  readonly token: string;
}

const letter = (to: string, subject: string, ...lines: readonly string[]): Letter => {
  return { to, subject, text: `${lines.join('\n')}\n` };
};

export const confirmLetter = ({ to, site, token }: LinkTo): Letter =>
  letter(
    to,
    'Open your Fairground account',
    'Somebody, probably you, wants to open a Fairground account with this address.',
    'Follow this link within a day and it is yours:',
    '',
    `${site}/confirm#${token}`,
    '',
    'What you do there is public under a random id; your address is not.',
    'If it was not you, do nothing: without the link nothing is opened.',
  );

export const knownLetter = ({ to, site }: Omit<LinkTo, 'token'>): Letter =>
  letter(
    to,
    'You have a Fairground account already',
    'Somebody, probably you, wanted to open a Fairground account with this address. There is one:',
    '',
    `${site}/sign-in`,
    '',
    'If you forgot your password, set a new one there. If it was not you, do nothing.',
  );

export const resetLetter = ({ to, site, token }: LinkTo): Letter =>
  letter(
    to,
    'Set a new Fairground password',
    'Follow this link within an hour to set a new password. It works once, and ends every session:',
    '',
    `${site}/reset#${token}`,
    '',
    'If you did not ask for it, do nothing: your password stays as it is.',
  );

export const changedLetter = ({ to, site }: Omit<LinkTo, 'token'>): Letter =>
  letter(
    to,
    'Your Fairground password was changed',
    'Your password was changed a moment ago, and every other session ended. Your keys still work.',
    'If it was not you, set a new one at once:',
    '',
    `${site}/forgot`,
  );
