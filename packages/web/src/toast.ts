/** Says something beside the page, for a while. The part that shows it is loaded with the first word. */

export interface Toast {
  readonly title?: string;
  readonly says: string;
  readonly tone?: 'good' | 'bad' | 'calm';
}

const COLORS = { good: 'up', bad: 'down', calm: 'brand' } as const;
const SHOWN_MS = 6_000;

let isAsked = false;
let tellAsked: () => void = () => undefined;
const asked = new Promise<void>((resolve) => {
  tellAsked = resolve;
});

/** Resolves when the first toast wants a place to stand. */
export const firstToast = (): Promise<void> => asked;

export async function toast({ title, says, tone = 'calm' }: Toast): Promise<void> {
  if (!isAsked) {
    isAsked = true;
    tellAsked();
  }
  const { notifications } = await import('@mantine/notifications');
  notifications.show({
    ...(title === undefined ? {} : { title }),
    message: says,
    color: COLORS[tone],
    autoClose: SHOWN_MS,
    role: tone === 'bad' ? 'alert' : 'status',
    closeButtonProps: { 'aria-label': 'Close' },
  });
}
