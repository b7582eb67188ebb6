/** The house, part by part. */
import { useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { Audit } from '../house/audit.js';
import { DeadLetters } from '../house/dead-letters.js';
import { HouseFrame } from '../house/house-frame.js';
import { Jobs } from '../house/jobs.js';
import { Limits } from '../house/limits.js';
import { Markets } from '../house/markets.js';
import { Pullers } from '../house/pullers.js';
import { QuarantineList } from '../house/quarantine.js';
import { SECTIONS, type Section } from '../house/sections.js';
import { Treasury } from '../house/treasury.js';
import { Users } from '../house/users.js';
import { Waiting } from '../house/waiting.js';
import { usePageTitle } from '../hooks.js';
import { Missing } from './missing.js';
import '../sell/sell.css';

const PARTS: Readonly<Record<Section, ComponentType>> = {
  markets: Markets,
  waiting: Waiting,
  users: Users,
  treasury: Treasury,
  limits: Limits,
  jobs: Jobs,
  'dead-letters': DeadLetters,
  pullers: Pullers,
  quarantine: QuarantineList,
  audit: Audit,
};

export function HousePart(props: { readonly section: Section; readonly name: string }) {
  const { section, name } = props;
  usePageTitle(name);
  const Part = PARTS[section];
  return (
    <HouseFrame at={section} title={name}>
      <Part />
    </HouseFrame>
  );
}

export function AdminSectionPage() {
  const { section } = useParams({ from: '/admin/$section' });
  const found = SECTIONS.find(([one]) => one === section);
  if (!found) return <Missing />;
  return <HousePart key={section} section={found[0]} name={found[1]} />;
}
