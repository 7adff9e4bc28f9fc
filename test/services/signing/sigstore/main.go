// Fulcio and the Sigstore timestamp authority in one process, at one port of 127.0.0.1: their own handlers, put together
// as their own commands do it. The commands themselves would also open ports for metrics on every interface, the
// timestamp authority always the same one, so that two of them could not run at once.
//
//	authorities --port 8080 --issuer http://127.0.0.1:8081 --issuers <folder of fulcio>/config/identity/config.yaml
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/sigstore/fulcio/pkg/config"
	fulcio "github.com/sigstore/fulcio/pkg/generated/protobuf"
	"github.com/sigstore/fulcio/pkg/server"
	keys "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore/pkg/signature"
	tsa "github.com/sigstore/timestamp-authority/v2/pkg/server"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"
	"google.golang.org/grpc/metadata"
)

const github = "https://token.actions.githubusercontent.com"

func main() {
	port := flag.Int("port", 0, "where to listen, on 127.0.0.1")
	issuer := flag.String("issuer", "", "the OpenID Connect issuer that stands in for GitHub's; it must answer already")
	issuers := flag.String("issuers", "", "the issuers of the public Fulcio, of which GitHub's is taken")
	flag.Parse()

	certificates, err := certificateService(*issuers, *issuer)
	if err != nil {
		log.Fatal(err)
	}
	timestamps := timestampService()
	mux := http.NewServeMux()
	mux.Handle("/api/v1/timestamp", timestamps)
	mux.Handle("/api/v1/timestamp/", timestamps)
	mux.Handle("/", certificates)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), mux))
}

// Fulcio, without a certificate transparency log. What a certificate says of a token is the public instance's own mapping.
func certificateService(issuers, issuer string) (http.Handler, error) {
	settings, err := withIssuer(issuers, issuer)
	if err != nil {
		return nil, err
	}
	authority, err := newAuthority()
	if err != nil {
		return nil, err
	}
	algorithms, err := signature.NewAlgorithmRegistryConfig([]keys.PublicKeyDetails{
		keys.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256,
		keys.PublicKeyDetails_PKIX_ECDSA_P384_SHA_384,
	})
	if err != nil {
		return nil, err
	}
	api := server.NewGRPCCAServer(nil, authority, algorithms, server.NewIssuerPool(settings))
	// cosign sends the token as a header, Sigstore's JavaScript within the request
	gateway := runtime.NewServeMux(runtime.WithMetadata(func(_ context.Context, r *http.Request) metadata.MD {
		return metadata.Pairs(server.MetadataOIDCTokenKey, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}))
	if err := fulcio.RegisterCAHandlerServer(context.Background(), gateway, api); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gateway.ServeHTTP(w, r.WithContext(config.With(r.Context(), settings)))
	}), nil
}

func withIssuer(file, issuer string) (*config.FulcioConfig, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var settings config.FulcioConfig
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return nil, err
	}
	entry, known := settings.OIDCIssuers[github]
	if !known {
		return nil, fmt.Errorf("%s: no issuer %s", file, github)
	}
	entry.IssuerURL = issuer
	settings.OIDCIssuers = map[string]config.OIDCIssuer{issuer: entry}
	settings.MetaIssuers = nil
	text, err = yaml.Marshal(settings)
	if err != nil {
		return nil, err
	}
	return config.Read(text)
}

// The settings are the defaults of timestamp-server's flags; its key and chain are made anew at each start.
func timestampService() http.Handler {
	viper.Set("timestamp-signer", "memory")
	viper.Set("timestamp-signer-hash", "sha256")
	viper.Set("default-policy-oid", "1.3.6.1.4.1.57264.2")
	viper.Set("accepted-policy-oids", []string{"1.3.6.1.4.1.57264.2"})
	viper.Set("max-request-body-size", 1048576)
	return tsa.NewRestAPIServer("127.0.0.1", 0, nil, false, 0, 0).GetHandler()
}
