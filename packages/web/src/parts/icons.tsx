/** Small drawings; each is decoration beside words. */
import type { ReactNode } from 'react';

function Drawing(props: { readonly children: ReactNode; readonly size?: number }) {
  const size = props.size ?? 20;
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

export const WheelIcon = () => (
  <Drawing size={26}>
    <circle cx="12" cy="10.5" r="7.5" />
    <path d="M12 3v15M5.5 6.7l13 7.6M18.5 6.7l-13 7.6M12 10.5 7.5 21M12 10.5 16.5 21M6 21h12" />
  </Drawing>
);

export const SunIcon = () => (
  <Drawing>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" />
  </Drawing>
);

export const MoonIcon = () => (
  <Drawing>
    <path d="M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2Z" />
  </Drawing>
);

export const SearchIcon = () => (
  <Drawing size={18}>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </Drawing>
);

export const BackIcon = () => (
  <Drawing size={18}>
    <path d="M14.5 5 8 12l6.5 7" />
  </Drawing>
);

const BallIcon = () => (
  <Drawing>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m12 8.2 3.6 2.6-1.4 4.2H9.8l-1.4-4.2ZM12 3.5v4.7M20 9.6l-4.4 1.2M17 18.9l-2.8-3.9M7 18.9 9.8 15M4 9.6l4.4 1.2" />
  </Drawing>
);

const CardIcon = () => (
  <Drawing>
    <rect
      x="7"
      y="4"
      width="10"
      height="16"
      rx="1.5"
      fill="currentColor"
      transform="rotate(8 12 12)"
    />
  </Drawing>
);

const DotIcon = () => (
  <Drawing>
    <circle cx="12" cy="12" r="3.5" fill="currentColor" stroke="none" />
  </Drawing>
);

const PICTURES: readonly (readonly [RegExp, string, () => ReactNode])[] = [
  [/goal|penalty/, 'goal', BallIcon],
  [/yellow/, 'yellow', CardIcon],
  [/red/, 'red', CardIcon],
];

/** The picture of a kind of fact. */
export function KindIcon(props: { readonly kind: string | undefined }) {
  const found = PICTURES.find(([pattern]) => pattern.test(props.kind ?? ''));
  const Picture = found?.[2] ?? DotIcon;
  return (
    <span className="kind" data-kind={found?.[1] ?? 'other'}>
      <Picture />
    </span>
  );
}

export const BellIcon = () => (
  <Drawing>
    <path d="M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15ZM10 20.5a2.2 2.2 0 0 0 4 0" />
  </Drawing>
);

export const UserIcon = () => (
  <Drawing>
    <circle cx="12" cy="8.2" r="3.9" />
    <path d="M4.5 20a7.5 7.5 0 0 1 15 0" />
  </Drawing>
);

export const MoreIcon = () => (
  <Drawing>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />
  </Drawing>
);

export const CopyIcon = () => (
  <Drawing size={16}>
    <path d="M9 9h11v11H9ZM15 5.500V4H4v11h1.500" />
  </Drawing>
);

export const DoneIcon = () => (
  <Drawing size={16}>
    <path d="m5 12.500 4.500 4.500L19 7.500" />
  </Drawing>
);

const MarketsIcon = () => (
  <Drawing>
    <path d="M4 19V10M10 19V5M16 19v-7M21 19H3" />
  </Drawing>
);

const LeaderboardIcon = () => (
  <Drawing>
    <path d="M8 4h8v5a4 4 0 0 1-8 0ZM8 6H4.5a3.5 3.5 0 0 0 3.7 4M16 6h3.5a3.5 3.5 0 0 1-3.7 4M12 13v4M8.5 20h7" />
  </Drawing>
);

const PortfolioIcon = () => (
  <Drawing>
    <path d="M4 8h16v11H4ZM9 8V5h6v3M4 13h16" />
  </Drawing>
);

const SellIcon = () => (
  <Drawing>
    <path d="M4 4h8l8 8-8 8-8-8ZM8 8h.01" />
  </Drawing>
);

const AdminIcon = () => (
  <Drawing>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </Drawing>
);

const ProofIcon = () => (
  <Drawing>
    <path d="M12 3.5 19.5 6v6c0 4.5-3.2 7.4-7.5 8.5C7.700 19.400 4.500 16.500 4.500 12V6ZM8.800 12l2.300 2.300 4.300-4.600" />
  </Drawing>
);

const MatchesIcon = BallIcon;

const TicksIcon = () => (
  <Drawing>
    <path d="M3 14h4l3-8 4 12 3-7h4" />
  </Drawing>
);

export const PLACE_ICONS = {
  markets: MarketsIcon,
  leaderboard: LeaderboardIcon,
  portfolio: PortfolioIcon,
  sell: SellIcon,
  admin: AdminIcon,
  proof: ProofIcon,
  matches: MatchesIcon,
  ticks: TicksIcon,
  settings: UserIcon,
} as const;
