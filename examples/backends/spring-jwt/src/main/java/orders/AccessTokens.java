package orders;

import java.util.Objects;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Takes access tokens of RFC 9068. The decoder that Spring Boot makes by itself takes the type JWT and no other. */
@Configuration
class AccessTokens {
  @Bean
  JwtDecoder accessTokenDecoder(OAuth2ResourceServerProperties properties) {
    var settings = properties.getJwt();
    var decoder =
        NimbusJwtDecoder.withJwkSetUri(settings.getJwkSetUri()).jwsAlgorithm(SignatureAlgorithm.ES256).validateType(false).build();
    decoder.setJwtValidator(
        JwtValidators.createAtJwtValidator()
            .issuer(settings.getIssuerUri())
            .audience(settings.getAudiences().get(0))
            // An audience may have several mini-programs.
            .validators(claims -> claims.put("client_id", new JwtClaimValidator<String>("client_id", Objects::nonNull)))
            .build());
    return decoder;
  }
}
