import { platformNames } from './platforms.ts';
import { accountStories } from './stories/accounts.ts';
import { loginStories } from './stories/logins.ts';
import type { Story, StoryStep } from './stories/story.ts';
import { troubleStories } from './stories/trouble.ts';

const headline: Story = {
  id: 'one-account',
  title: { en: 'Eight logins, one account', zh: '八次登录，一个账号' },
  intro: {
    en: 'Larry opens the app on every platform: eight accounts, because no platform knows the others. He links them, and the picture and name that he chooses on one phone are on all.',
    zh: 'Larry 在每个平台上打开应用：平台之间互不相识，所以产生八个账号。关联之后成为一个账号，在一部手机上选好的头像和昵称，其他手机都能看到。',
  },
  accounts: 1,
  steps: [
    ...platformNames.map((phone): StoryStep => ({ phone, press: 'login', person: 'larry' })),
    { phone: 'wechat', press: 'link_all' },
    { phone: 'wechat', press: 'avatar' },
    { phone: 'wechat', press: 'name' },
  ],
};

/** The stories; the first is offered first. */
export const stories: readonly Story[] = [headline, ...loginStories, ...accountStories, ...troubleStories];
