import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DivisionSpec, Tables } from '../src/index.ts';
import { opened } from './opened.ts';
