/** Words of the page, for a reader who has not met them; docs/glossary.md is made from the same list. */
export const GLOSSARY: readonly { term: string; meaning: string }[] = [
  { term: 'Target', meaning: 'One account in one Region. Coverage and status are counted in targets.' },
  {
    term: 'Default Host Management Configuration (DHMC)',
    meaning:
      'A service setting of Systems Manager, per account and Region. It gives EC2 instances without an instance profile the permissions of one role, so that they become managed nodes.',
  },
  {
    term: 'Managed node',
    meaning:
      'An instance whose agent is registered with Systems Manager and Online: patching, inventory and Session Manager reach it.',
  },
  {
    term: 'DHMC role',
    meaning: 'The IAM role that the setting names. Any process on any covered instance can use it.',
  },
  {
    term: 'Member role',
    meaning: 'The role that dhmc-rollout assumes in each account: one that reads, and one that writes.',
  },
  {
    term: 'Operator account',
    meaning: 'The account that runs the service: a delegated administrator, or the management account.',
  },
  {
    term: 'Path',
    meaning:
      'How an agent reaches Systems Manager from its subnet: interface endpoints of the VPC, central endpoints of another VPC, or a route to the internet.',
  },
  {
    term: 'Reason',
    meaning:
      'A code that counts against a target, with what was seen. A reason that only follows from another does not lead.',
  },
  { term: 'Note', meaning: 'A code worth knowing that does not change the status.' },
  {
    term: 'Waiver',
    meaning:
      'An accepted reason, with an owner and a last day. It stays visible and does not count until then.',
  },
  {
    term: 'Assess, enforce, rollback',
    meaning:
      'Modes of a run: assess only looks, enforce makes the changes that assess shows, rollback reverts an enforce run.',
  },
  {
    term: 'Wave and gate',
    meaning:
      'Accounts are changed in waves. After each, a gate looks at failures and at instances that were Online before, and stops the run.',
  },
  {
    term: 'Hold',
    meaning: 'What a gate leaves behind: every later enforce only assesses until a person resumes.',
  },
  {
    term: 'Converging',
    meaning: 'On its way, such as a role that is not known everywhere yet. A settle pass looks again.',
  },
];
