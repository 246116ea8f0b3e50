import { nicknameOf } from '../people.ts';
import type { Device } from '../platforms.ts';
import { serverRoot } from '../server.ts';
import { usePlayground } from '../state.ts';
import styles from './Person.module.css';
import { useTexts } from './settings.ts';

/** The address of a picture that the server keeps. Pictures elsewhere are not loaded: the page asks no other server. */
function pictureOf(avatar: string): string | undefined {
  const [path] = /\/v1\/avatars\/[\w.-]+$/.exec(avatar) ?? [];
  return path && serverRoot + path;
}

/** The user of a device, as the demo app shows them. */
export function Person({ device }: { device: Device }) {
  const t = useTexts();
  const { user, person } = usePlayground().phones[device];
  const picture = user && pictureOf(user.avatar);
  return (
    <div className={styles.user}>
      <span className={styles.avatar} data-in={user !== undefined} aria-hidden="true">
        {picture ? <img src={picture} alt="" /> : user ? (user.nickname || nicknameOf(person)).slice(0, 1).toUpperCase() : '?'}
      </span>
      {user ? (
        <p>
          <b>{user.nickname || t.noName}</b>
          <span className={styles.id}>{user.id}</span>
        </p>
      ) : (
        <p className={styles.out}>{t.loggedOut}</p>
      )}
    </div>
  );
}
