package orders;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;

/** Events have no access token: their signature is verified instead. */
@Configuration
class SignedEvents {
  @Bean
  WebSecurityCustomizer withoutToken() {
    return web -> web.ignoring().requestMatchers(HttpMethod.POST, "/login-events");
  }
}
