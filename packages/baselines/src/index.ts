export {
  type Champion,
  type ChampionRequest,
  type ChampionStores,
  type ContentStore,
  expiryNotice,
  fetchChampion,
  type RecordedBaseline,
  type RecordedLookup,
  type RecordedStore,
} from './champion.ts';
export { FolderStore } from './folder-store.ts';
export { baselineName, type Manifest, manifestFile, manifestSchema, readManifest } from './manifest.ts';
