import { Button, View } from '@tarojs/components';
import Taro, { useLoad } from '@tarojs/taro';
import { BaaS, type CurrentUser } from 'miniprogram-login-client';
import { useState } from 'react';
import { Login } from '../../components/login';
import './index.css';

const openAgreement = (page: 'terms' | 'privacy') =>
  Taro.showToast({ icon: 'none', title: page === 'terms' ? '打开用户协议' : '打开隐私政策' });

export default function Index() {
  const [user, setUser] = useState<CurrentUser>();

  // 保存的会话仍然有效时，不必再登录。
  useLoad(() => BaaS.auth.getCurrentUser().then(setUser, () => undefined));

  async function logout() {
    await BaaS.auth.logout();
    setUser(undefined);
  }

  if (!user) return <Login profile onSuccess={setUser} onAgreement={openAgreement} />;
  return (
    <View className="account">
      <View>用户 {user.id}</View>
      <View>{user.nickname || '没有昵称'}</View>
      <View>{user._phone || '没有手机号'}</View>
      <Button onClick={logout}>退出登录</Button>
    </View>
  );
}
